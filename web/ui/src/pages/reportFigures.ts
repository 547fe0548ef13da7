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
}

interface Shape {
  /** The field that names a row. */
  name: string;
  columns: Column[];
  /** Stacked from below: good, then bad, then others. */
  bars: { field: string; word: Word; tone: "good" | "bad" | "other" }[];
  headline: Column[];
}

const count = (field: string, word: Word): Column => ({ field, word, format: "count" });
const time = (field: string, word: Word): Column => ({ field, word, format: "clock" });
const share = (field: string, word: Word): Column => ({ field, word, format: "percent" });
const RATING: Column = { field: "rating", word: "rating", format: "rating" };

export const SHAPES: Record<Kind, Shape> = {
  queues: {
    name: "queue",
    columns: [
      count("offered", "offered"), count("answered", "answeredMany"), count("abandoned", "abandonedMany"), count("overflowed", "overflowed"),
      count("callbacks", "callbacks"), share("service_level", "serviceLevel"), time("average_speed_of_answer_s", "speedOfAnswer"),
      time("longest_wait_s", "longestWait"), time("handling_time_s", "handlingTime"), RATING,
    ],
    bars: [
      { field: "answered", word: "answeredMany", tone: "good" },
      { field: "abandoned", word: "abandonedMany", tone: "bad" },
      { field: "overflowed", word: "overflowed", tone: "other" },
    ],
    headline: [count("offered", "offered"), count("abandoned", "abandonedMany"), share("service_level", "serviceLevel"), time("average_speed_of_answer_s", "speedOfAnswer")],
  },
  agents: {
    name: "agent",
    columns: [
      count("offered", "offered"), count("answered", "answeredMany"), count("missed", "missedMany"), count("dialled", "dialledMany"),
      time("handling_time_s", "handlingTime"), time("talk_total_s", "talkTotal"), time("wrap_up_total_s", "wrapUpTotal"),
      time("break_total_s", "breakTotal"), time("signed_in_total_s", "signedInTotal"), share("occupancy", "occupancy"), RATING,
    ],
    bars: [
      { field: "answered", word: "answeredMany", tone: "good" },
      { field: "missed", word: "missedMany", tone: "bad" },
      { field: "dialled", word: "dialledMany", tone: "other" },
    ],
    headline: [count("answered", "answeredMany"), count("missed", "missedMany"), time("talk_total_s", "talkTotal"), time("handling_time_s", "handlingTime")],
  },
  numbers: {
    name: "number",
    columns: [
      count("calls", "calls"), count("answered", "answeredMany"), count("abandoned", "abandonedMany"), count("missed", "missedMany"),
      count("voicemail", "voicemailMany"), count("callback", "callbacks"), time("wait_s", "speedOfAnswer"), time("talk_s", "talkMean"), RATING,
    ],
    bars: [
      { field: "answered", word: "answeredMany", tone: "good" },
      { field: "abandoned", word: "abandonedMany", tone: "bad" },
      { field: "voicemail", word: "voicemailMany", tone: "other" },
    ],
    headline: [count("calls", "calls"), count("answered", "answeredMany"), count("abandoned", "abandonedMany"), time("talk_s", "talkMean")],
  },
  menus: {
    name: "menu",
    columns: [
      count("entered", "entered"), count("abandoned", "leftMenu"), count("wrong", "wrongKeys"), count("no_answer", "noKey"), time("stay_s", "stay"),
    ],
    bars: [{ field: "entered", word: "entered", tone: "good" }],
    headline: [count("entered", "entered"), count("abandoned", "leftMenu"), count("wrong", "wrongKeys"), time("stay_s", "stay")],
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
