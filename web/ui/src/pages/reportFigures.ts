/** What each report shows: its columns, its headline numbers and the bars of its chart; pure. */

import type { AgentRow, DispositionRow, MenuRow, NumberRow, QueueRow } from "../api/types";
import type { Word } from "../text/words";

export type Kind = "queues" | "agents" | "numbers" | "menus" | "dispositions";
export type Row = QueueRow | AgentRow | NumberRow | MenuRow | DispositionRow;
export type Format = "count" | "clock" | "percent" | "rating";

export interface Column {
  field: string;
  word: Word;
  format: Format;
  /** Whether one is glad of more of it, or of less. */
  glad?: "more" | "less";
  /** The calls that it counts, as a filter of the call log; without it, they cannot be told there. */
  calls?: Record<string, string>;
}

interface Shape {
  /** The field that names a row. */
  name: string;
  columns: Column[];
  /** Stacked from below: good, then bad, then others. */
  bars: { field: string; word: Word; tone: "good" | "bad" | "other" }[];
  headline: Column[];
}

type More = Partial<Pick<Column, "glad" | "calls">>;
const count = (field: string, word: Word, more: More = {}): Column => ({ field, word, format: "count", ...more });
const time = (field: string, word: Word, more: More = {}): Column => ({ field, word, format: "clock", ...more });
const share = (field: string, word: Word, more: More = {}): Column => ({ field, word, format: "percent", ...more });
const RATING: Column = { field: "rating", word: "rating", format: "rating", glad: "more" };

const INBOUND = { direction: "inbound" };
const OFFERED = count("offered", "offered", { calls: INBOUND });
const ANSWERED = count("answered", "answeredMany", { glad: "more", calls: { ...INBOUND, result: "answered" } });
const ABANDONED = count("abandoned", "abandonedMany", { glad: "less", calls: { ...INBOUND, result: "abandoned" } });
const LEVEL = share("service_level", "serviceLevel", { glad: "more" });
const SPEED = time("average_speed_of_answer_s", "speedOfAnswer", { glad: "less" });
const CALLS = count("calls", "calls", { calls: INBOUND });
const MISSED = count("missed", "missedMany", { glad: "less" });

export const SHAPES: Record<Kind, Shape> = {
  queues: {
    name: "queue",
    columns: [
      OFFERED, ANSWERED, ABANDONED, count("overflowed", "overflowed"),
      count("callbacks", "callbacks", { calls: { ...INBOUND, result: "callback" } }), LEVEL, SPEED,
      time("longest_wait_s", "longestWait"), time("handling_time_s", "handlingTime"), RATING,
    ],
    bars: [
      { field: "answered", word: "answeredMany", tone: "good" },
      { field: "abandoned", word: "abandonedMany", tone: "bad" },
      { field: "overflowed", word: "overflowed", tone: "other" },
    ],
    headline: [OFFERED, ABANDONED, LEVEL, SPEED],
  },
  agents: {
    name: "agent",
    columns: [
      count("offered", "offered"), ANSWERED, MISSED, count("dialled", "dialledMany", { calls: { direction: "outbound" } }),
      time("handling_time_s", "handlingTime"), time("talk_total_s", "talkTotal"), time("wrap_up_total_s", "wrapUpTotal"),
      time("break_total_s", "breakTotal"), time("signed_in_total_s", "signedInTotal"), share("occupancy", "occupancy"), RATING,
    ],
    bars: [
      { field: "answered", word: "answeredMany", tone: "good" },
      { field: "missed", word: "missedMany", tone: "bad" },
      { field: "dialled", word: "dialledMany", tone: "other" },
    ],
    headline: [ANSWERED, MISSED, time("talk_total_s", "talkTotal"), time("handling_time_s", "handlingTime")],
  },
  numbers: {
    name: "number",
    columns: [
      CALLS, ANSWERED, ABANDONED, { ...MISSED, calls: { ...INBOUND, result: "missed" } },
      count("voicemail", "voicemailMany", { calls: { ...INBOUND, result: "voicemail" } }), count("callback", "callbacks", { calls: { ...INBOUND, result: "callback" } }), time("wait_s", "speedOfAnswer"), time("talk_s", "talkMean"), RATING,
    ],
    bars: [
      { field: "answered", word: "answeredMany", tone: "good" },
      { field: "abandoned", word: "abandonedMany", tone: "bad" },
      { field: "voicemail", word: "voicemailMany", tone: "other" },
    ],
    headline: [CALLS, ANSWERED, ABANDONED, time("talk_s", "talkMean")],
  },
  menus: {
    name: "menu",
    columns: [
      count("entered", "entered"), count("abandoned", "leftMenu", { glad: "less" }), count("wrong", "wrongKeys", { glad: "less" }), count("no_answer", "noKey"), time("stay_s", "stay"),
    ],
    bars: [{ field: "entered", word: "entered", tone: "good" }],
    headline: [count("entered", "entered"), count("abandoned", "leftMenu", { glad: "less" }), count("wrong", "wrongKeys", { glad: "less" }), time("stay_s", "stay")],
  },
  dispositions: {
    name: "disposition",
    columns: [count("calls", "calls"), share("share", "shareOfQueue"), time("talk_s", "talkMean")],
    bars: [{ field: "calls", word: "calls", tone: "good" }],
    headline: [count("calls", "calls"), time("talk_s", "talkMean")],
  },
};

export function value(row: Row, field: string): number | null {
  const found = (row as unknown as Record<string, unknown>)[field];
  return typeof found === "number" ? found : null;
}

export function text(row: Row, field: string): string {
  return String((row as unknown as Record<string, unknown>)[field] ?? "");
}

/** What a mean is a mean of, so that the headline weighs rows by it. */
const WEIGHTS: Record<string, string> = {
  service_level: "offered",
  average_speed_of_answer_s: "answered",
  handling_time_s: "answered",
  talk_s: "answered",
  stay_s: "entered",
};

/** A number over all rows: sums of counts and totals, weighted means of means; null where there is nothing. */
export function overall(rows: Row[], { field, format }: Column): number | null {
  const weight = WEIGHTS[field];
  if (weight === undefined && format !== "percent") return rows.reduce((sum, row) => sum + (value(row, field) ?? 0), 0);
  let [sum, of] = [0, 0];
  for (const row of rows) {
    const [mean, many] = [value(row, field), weight === undefined ? 1 : (value(row, weight) ?? 0)];
    if (mean === null) continue;
    sum += mean * many;
    of += many;
  }
  return of === 0 ? null : sum / of;
}

/** How a number differs from the one before: a part of it, or points where it is a share itself; null without both. */
export function change(now: number | null, past: number | null, { format }: Column): number | null {
  if (now === null || past === null) return null;
  if (format === "percent") return now - past;
  return past === 0 ? null : (now - past) / past;
}

/** The filter of the call log that names what a row is about. */
const ROW_FILTER: Partial<Record<Kind, string>> = { queues: "queue", agents: "agent", numbers: "number" };

/** Where the calls of a number are listed; null where the log cannot tell them. `name`: of one row, empty for all. */
export function callsOf(kind: Kind, { calls }: Column, name: string, from: string, to: string): string | null {
  const filter = ROW_FILTER[kind];
  if (calls === undefined || filter === undefined) return null;
  return `/calls?${new URLSearchParams({ ...calls, ...(name ? { [filter]: name } : {}), from, to })}`;
}

/** Rows in the order of a figure, or of their names (`name`); those without a figure last. `-` before it: largest first. */
export function sorted(rows: Row[], sort: string | null, named: (row: Row) => string): Row[] {
  if (sort === null) return rows;
  const [field, sign] = sort.startsWith("-") ? [sort.slice(1), -1] : [sort, 1];
  if (field === "name") return [...rows].sort((one, other) => sign * named(one).localeCompare(named(other)));
  return [...rows].sort((one, other) => {
    const [mine, theirs] = [value(one, field), value(other, field)];
    if (mine === null || theirs === null) return mine === theirs ? 0 : mine === null ? 1 : -1;
    return sign * (mine - theirs);
  });
}

export interface Bucket {
  period: string;
  values: number[];
}

/** Rows by period added up, with the empty periods between them: `from` and `to` as local days of the report. */
export function buckets(rows: Row[], fields: string[], by: "hour" | "day", from: string, to: string): Bucket[] {
  const sums = new Map<string, number[]>();
  for (const row of rows) {
    const before = sums.get(row.period ?? "") ?? fields.map(() => 0);
    sums.set(row.period ?? "", fields.map((field, place) => (before[place] ?? 0) + (value(row, field) ?? 0)));
  }
  const empty = fields.map(() => 0);
  return periods(by, from, to).map((period) => ({ period, values: sums.get(period) ?? empty }));
}

function periods(by: "hour" | "day", from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = Date.parse(`${from}T00:00Z`); day <= Date.parse(`${to}T00:00Z`) && days.length < 366; day += 86_400_000) {
    days.push(new Date(day).toISOString().slice(0, 10));
  }
  return by === "day" ? days : days.slice(0, 2).flatMap((day) => Array.from({ length: 24 }, (_, hour) => `${day}T${String(hour).padStart(2, "0")}:00`));
}
