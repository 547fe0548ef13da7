import { expect, it } from "vitest";

import { alarms, FIRST, parseThresholds } from "./thresholds";

const QUEUE = { waiting: 0, longest_s: 0, max_wait_s: 120, service_level: null };

it("is content with an empty queue", () => {
  expect(alarms(QUEUE, FIRST)).toEqual([]);
});

it("names what is beyond its limit, worst first", () => {
  expect(alarms({ ...QUEUE, waiting: 5, longest_s: 91, service_level: 0.5 }, FIRST)).toEqual([
    "wait",
    "waiting",
    "level",
  ]);
  expect(alarms({ ...QUEUE, waiting: 4, longest_s: 90, service_level: 0.6 }, FIRST)).toEqual([]);
});

it.each([null, "", "[]", "null", '{"waiting": -1, "wait": 9, "level": "x"}'])("falls back from %s", stored => {
  expect(parseThresholds(stored)).toEqual(FIRST);
});

it("keeps what fits", () => {
  expect(parseThresholds('{"waiting": 2, "wait": 0.5}')).toEqual({ waiting: 2, wait: 0.5, level: FIRST.level });
});
