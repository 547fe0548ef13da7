import { describe, expect, it } from "vitest";

import { daysOf, spanOf, weeklyOf } from "./week";

describe("a week of opening hours", () => {
  it("is seven days however it is written, and the shortest way to write them", () => {
    const days = daysOf({ "mon-thu": ["16:00-19:00", "09:00-14:00"], fri: ["09:00-15:00"] });
    expect(days.map(spans => spans.length)).toEqual([2, 2, 2, 2, 1, 0, 0]);
    expect(days[0]).toEqual(["09:00-14:00", "16:00-19:00"]);
    expect(weeklyOf(days)).toEqual({ "mon-thu": ["09:00-14:00", "16:00-19:00"], fri: ["09:00-15:00"] });
  });

  it("goes over the end of the week", () => {
    expect(daysOf({ "sat-mon": ["10:00-12:00"] }).map(spans => spans.length)).toEqual([1, 0, 0, 0, 0, 1, 1]);
  });

  it("leaves out what is no day, and closed days", () => {
    expect(daysOf({ someday: ["10:00-12:00"] })).toEqual([[], [], [], [], [], [], []]);
    expect(weeklyOf([[], [], [], [], [], [], []])).toEqual({});
  });

  it.each([
    ["9-14", "09:00-14:00"],
    ["9:30 – 14", "09:30-14:00"],
    ["16.00-24:00", "16:00-24:00"],
    ["14-9", null],
    ["9:75-14", null],
    ["0-25", null],
    ["morning", null],
  ])("reads %s as a span", (typed, span) => expect(spanOf(typed)).toBe(span));
});
