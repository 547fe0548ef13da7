import { expect, it } from "vitest";

import type { QueueRow } from "../api/types";
import { buckets, callsOf, change, figureOf, overall, SHAPES, sorted } from "./reportFigures";

const row = (fields: Partial<QueueRow>): QueueRow => ({
  period: null,
  queue: "sales",
  offered: 0,
  answered: 0,
  abandoned: 0,
  abandoned_short: 0,
  overflowed: 0,
  callbacks: 0,
  callbacks_reached: 0,
  service_level: null,
  average_speed_of_answer_s: null,
  average_abandon_s: null,
  longest_wait_s: 0,
  handling_time_s: null,
  talk_s: null,
  wrap_up_s: null,
  talk_total_s: 0,
  wrap_up_total_s: 0,
  transfers: 0,
  ratings: 0,
  rating: null,
  ...fields,
});

it("adds counts and weighs means by what they are means of", () => {
  const rows = [
    row({ offered: 9, answered: 9, service_level: 1 }),
    row({ offered: 1, answered: 1, service_level: 0 }),
    row({ offered: 5 }),
  ];
  expect(overall(rows, { field: "offered", word: "offered", format: "count" })).toBe(15);
  expect(overall(rows, { field: "service_level", word: "serviceLevel", format: "percent" })).toBe(0.9);
  expect(overall([row({})], { field: "service_level", word: "serviceLevel", format: "percent" })).toBeNull();
});

it("has a place for every hour and every day, empty ones too", () => {
  const hours = buckets(
    [row({ period: "2026-03-01T09:00", answered: 2 }), row({ period: "2026-03-01T09:00", answered: 1, abandoned: 4 })],
    ["answered", "abandoned"],
    "hour",
    "2026-03-01",
    "2026-03-01",
  );
  expect(hours).toHaveLength(24);
  expect(hours[9]).toEqual({ period: "2026-03-01T09:00", values: [3, 4] });
  expect(hours[10]?.values).toEqual([0, 0]);
  expect(buckets([], ["answered"], "day", "2026-02-27", "2026-03-02").map(one => one.period)).toEqual([
    "2026-02-27",
    "2026-02-28",
    "2026-03-01",
    "2026-03-02",
  ]);
  const year = buckets(
    [
      row({ period: "2025-12-31", answered: 2 }),
      row({ period: "2025-12-01", answered: 1 }),
      row({ period: "2026-11-23", answered: 7 }),
    ],
    ["answered"],
    "month",
    "2025-11-24",
    "2026-11-23",
  );
  expect(year).toHaveLength(13);
  expect([year[0], year[1], year[12]]).toEqual([
    { period: "2025-11", values: [0] },
    { period: "2025-12", values: [3] },
    { period: "2026-11", values: [7] },
  ]);
});

it("says how a number has changed: in parts of it, shares in points, and nothing where there was nothing", () => {
  expect(change(12, 10, { field: "offered", word: "offered", format: "count" })).toBeCloseTo(0.2);
  expect(change(0.7, 0.8, { field: "service_level", word: "serviceLevel", format: "percent" })).toBeCloseTo(-0.1);
  expect(change(3, 0, { field: "offered", word: "offered", format: "count" })).toBeNull();
  expect(change(null, 4, { field: "offered", word: "offered", format: "count" })).toBeNull();
});

it("opens the calls that a number counts", () => {
  const [offered, , abandoned] = SHAPES.queues.columns;
  const [from, to] = ["2026-03-01", "2026-03-02"];
  expect(callsOf("queues", abandoned!, "sales", from, to)).toBe(
    "/calls?figure=queues.abandoned&figure_of=sales&from=2026-03-01&to=2026-03-02",
  );
  expect(callsOf("queues", offered!, "", from, to)).toBe("/calls?figure=queues.offered&from=2026-03-01&to=2026-03-02");
  expect(callsOf("queues", SHAPES.queues.columns.at(-1)!, "sales", from, to)).toBeNull();
  expect(figureOf("queues.abandoned")).toEqual({ kind: "queues", word: "abandonedMany" });
  expect([figureOf("queues.rating"), figureOf("x"), figureOf("")]).toEqual([null, null, null]);
});

it("weighs the service level by the callers that it is about", () => {
  const rows = [
    row({ offered: 100, answered: 9, abandoned: 3, abandoned_short: 2, service_level: 1 }),
    row({ answered: 10, service_level: 0 }),
  ];
  expect(overall(rows, { field: "service_level", word: "serviceLevel", format: "percent" })).toBe(0.5);
});

it("sorts by figure or name, and rows without the figure come last either way", () => {
  const rows = [row({ queue: "b", rating: 4 }), row({ queue: "a", rating: null }), row({ queue: "c", rating: 5 })];
  const names = (sort: string | null) =>
    sorted(rows, sort, one => (one as QueueRow).queue)
      .map(one => (one as QueueRow).queue)
      .join("");
  expect([names(null), names("rating"), names("-rating"), names("name"), names("-name")]).toEqual([
    "bac",
    "bca",
    "cba",
    "abc",
    "cba",
  ]);
});
