/** What each report shows: its columns, its headline numbers and the bars of its chart; pure. */

import type { AgentRow, DispositionRow, MenuRow, NumberRow, QueueRow } from "../api/types";
import type { Word } from "../text/words";

export type Kind = "queues" | "agents" | "numbers" | "menus" | "dispositions";
export type Row = QueueRow | AgentRow | NumberRow | MenuRow | DispositionRow;
export const REPORT_WORDS: Record<Kind, Word> = {
  queues: "reportQueues",
  agents: "reportAgents",
  numbers: "reportNumbers",
  menus: "reportMenus",
  dispositions: "reportDispositions",
};
/** What a bar of a chart stands for. */
export type Unit = "hour" | "day" | "month";
export type Format = "count" | "clock" | "percent" | "rating";

export interface Column {
  field: string;
  word: Word;
  format: Format;
  /** Whether one is glad of more of it, or of less. */
  glad?: "more" | "less";
}

interface Shape {
  /** The field that names a row. */
  name: string;
  columns: Column[];
  /** Stacked from below: good, then bad, then others. */
  bars: { field: string; word: Word; tone: "good" | "bad" | "other" }[];
  headline: Column[];
}

type More = Partial<Pick<Column, "glad">>;
const count = (field: string, word: Word, more: More = {}): Column => ({ field, word, format: "count", ...more });
const time = (field: string, word: Word, more: More = {}): Column => ({ field, word, format: "clock", ...more });
const share = (field: string, word: Word, more: More = {}): Column => ({ field, word, format: "percent", ...more });
const RATING: Column = { field: "rating", word: "rating", format: "rating", glad: "more" };

const OFFERED = count("offered", "offered");
const ANSWERED = count("answered", "answeredMany", { glad: "more" });
const ABANDONED = count("abandoned", "abandonedMany", { glad: "less" });
const LEVEL = share("service_level", "serviceLevel", { glad: "more" });
const SPEED = time("average_speed_of_answer_s", "speedOfAnswer", { glad: "less" });
const CALLS = count("calls", "calls");
const MISSED = count("missed", "missedMany", { glad: "less" });

export const SHAPES: Record<Kind, Shape> = {
  queues: {
    name: "queue",
    columns: [
      OFFERED,
      ANSWERED,
      ABANDONED,
      count("overflowed", "overflowed"),
      count("callbacks", "callbacks"),
      LEVEL,
      SPEED,
      time("longest_wait_s", "longestWait"),
      time("handling_time_s", "handlingTime"),
      RATING,
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
      count("offered", "offered"),
      ANSWERED,
      MISSED,
      count("dialled", "dialledMany"),
      time("handling_time_s", "handlingTime"),
      time("talk_total_s", "talkTotal"),
      time("wrap_up_total_s", "wrapUpTotal"),
      time("break_total_s", "breakTotal"),
      time("signed_in_total_s", "signedInTotal"),
      share("occupancy", "occupancy"),
      RATING,
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
      CALLS,
      ANSWERED,
      ABANDONED,
      MISSED,
      count("voicemail", "voicemailMany"),
      count("callback", "callbacks"),
      time("wait_s", "speedOfAnswer"),
      time("talk_s", "talkMean"),
      RATING,
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
      count("entered", "entered"),
      count("abandoned", "leftMenu", { glad: "less" }),
      count("wrong", "wrongKeys", { glad: "less" }),
      count("no_answer", "noKey"),
      time("stay_s", "stay"),
    ],
    bars: [{ field: "entered", word: "entered", tone: "good" }],
    headline: [
      count("entered", "entered"),
      count("abandoned", "leftMenu", { glad: "less" }),
      count("wrong", "wrongKeys", { glad: "less" }),
      time("stay_s", "stay"),
    ],
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

const sumOf =
  (...fields: string[]) =>
  (row: Row): number =>
    fields.reduce((sum, field) => sum + (value(row, field) ?? 0), 0);

/** What a mean or a share is one of, so that the headline weighs rows by it. */
const WEIGHTS: Record<string, (row: Row) => number> = {
  service_level: row => sumOf("answered", "abandoned")(row) - sumOf("abandoned_short")(row),
  average_speed_of_answer_s: sumOf("answered"),
  handling_time_s: sumOf("answered"),
  talk_s: row => ("disposition" in row ? row.calls : sumOf("answered")(row)),
  stay_s: sumOf("entered"),
};

/** A number over all rows: sums of counts and totals, weighted means of means; null where there is nothing. */
export function overall(rows: Row[], { field, format }: Column): number | null {
  const weight = WEIGHTS[field];
  if (weight === undefined && format !== "percent") return rows.reduce((sum, row) => sum + (value(row, field) ?? 0), 0);
  let [sum, of] = [0, 0];
  for (const row of rows) {
    const [mean, many] = [value(row, field), weight?.(row) ?? 1];
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

/** Where exactly the calls of a number are listed; null where it counts none. `name`: of one row, empty for all. */
export function callsOf(kind: Kind, { field, format }: Column, name: string, from: string, to: string): string | null {
  if (format !== "count") return null;
  return `/calls?${new URLSearchParams({ figure: `${kind}.${field}`, ...(name ? { figure_of: name } : {}), from, to })}`;
}

/** The name of a row as `callsOf` wants it: a disposition is one of its queue. */
export const rowName = (kind: Kind, row: Row): string =>
  kind === "dispositions" ? `${text(row, "queue")}/${text(row, "disposition")}` : text(row, SHAPES[kind].name);

/** The word of a figure as the call log's address has it, and of its report; null when there is no such figure. */
export function figureOf(figure: string): { kind: Kind; word: Word } | null {
  const [kind = "", field = ""] = figure.split(".");
  if (!(kind in SHAPES)) return null;
  const column = SHAPES[kind as Kind].columns.find(one => one.field === field && one.format === "count");
  return column === undefined ? null : { kind: kind as Kind, word: column.word };
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
export function buckets(rows: Row[], fields: string[], by: Unit, from: string, to: string): Bucket[] {
  const sums = new Map<string, number[]>();
  const length = by === "month" ? "2026-03".length : undefined;
  for (const row of rows) {
    const period = (row.period ?? "").slice(0, length);
    const before = sums.get(period) ?? fields.map(() => 0);
    sums.set(
      period,
      fields.map((field, place) => (before[place] ?? 0) + (value(row, field) ?? 0)),
    );
  }
  const empty = fields.map(() => 0);
  return periods(by, from, to).map(period => ({ period, values: sums.get(period) ?? empty }));
}

const MOST_DAYS = 366 * 5;

function periods(by: Unit, from: string, to: string): string[] {
  const days: string[] = [];
  for (
    let day = Date.parse(`${from}T00:00Z`);
    day <= Date.parse(`${to}T00:00Z`) && days.length < MOST_DAYS;
    day += 86_400_000
  ) {
    days.push(new Date(day).toISOString().slice(0, 10));
  }
  if (by === "day") return days;
  if (by === "month") return [...new Set(days.map(day => day.slice(0, 7)))];
  return days
    .slice(0, 2)
    .flatMap(day => Array.from({ length: 24 }, (_, hour) => `${day}T${String(hour).padStart(2, "0")}:00`));
}
