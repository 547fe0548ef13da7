import { describe, expect, it } from "vitest";

import { readClock, readDay, writtenDay } from "./writtenDay";

describe("a day", () => {
  it("is written day first", () => expect(writtenDay("2026-03-01")).toBe("01/03/2026"));
  it("is nothing when there is none", () => expect([writtenDay(""), writtenDay("soon")]).toEqual(["", ""]));
  it.each([["1/3/26"], ["01.03.2026"], ["1-3-2026"], [" 01/03/2026 "], ["2026-03-01"]])("is read from %j", text =>
    expect(readDay(text)).toBe("2026-03-01"),
  );
  it.each([[""], ["31/2/2026"], ["13/13/2026"], ["0/1/2026"], ["1/3"], ["mañana"], ["1/3/126"]])(
    "is not read from %j",
    text => expect(readDay(text)).toBeNull(),
  );
  it("survives being written and read", () => expect(readDay(writtenDay("2024-02-29"))).toBe("2024-02-29"));
});

describe("a time of day", () => {
  it.each([
    ["9", "09:00"],
    ["9:30", "09:30"],
    ["09.05", "09:05"],
    [" 17h45 ", "17:45"],
    ["", "12:00"],
  ])("is read from %j", (text, clock) => expect(readClock(text)).toBe(clock));
  it.each([["24"], ["9:60"], ["9:3"], ["soon"], ["9:30:00"]])("is not read from %j", text =>
    expect(readClock(text)).toBeNull(),
  );
});
