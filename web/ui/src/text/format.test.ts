import { describe, expect, it } from "vitest";

import { clock, day, moment, percent, periodName, phone } from "./format";

describe("clock", () => {
  it("counts minutes and seconds", () => expect(clock(75)).toBe("1:15"));
  it("adds hours when there are any", () => expect(clock(3725.9)).toBe("1:02:05"));
  it("never runs below zero", () => expect(clock(-3)).toBe("0:00"));
});

describe("phone", () => {
  it("writes a Spanish number as Spaniards do, with the country", () =>
    expect(phone("+34600111222")).toEqual({ text: "600 11 12 22", country: "ES" }));
  it("leaves an extension as it is", () => expect(phone("101")).toEqual({ text: "101", country: null }));
  it("leaves what is no number as it is", () => expect(phone("+1")).toEqual({ text: "+1", country: null }));
});

describe("moment", () => {
  const now = new Date("2026-11-22T12:00:00");
  it("is a time today", () => expect(moment("2026-11-22T09:05:00", "en", now)).toBe("09:05"));
  it("has the date on other days", () => expect(moment("2026-11-20T09:05:00", "en", now)).toBe("20 Nov, 09:05"));
});

describe("percent", () => {
  it("is nothing when nothing was measured", () => expect(percent(null, "es")).toBeNull());
  it("rounds", () => expect(percent(0.846, "en")).toBe("85%"));
});

describe("days", () => {
  const now = new Date("2026-03-01T12:00:00");
  it("are counted backwards over months", () =>
    expect([day(0, now), day(1, now)]).toEqual(["2026-03-01", "2026-02-28"]));
  it("have short names in reports", () => {
    expect(periodName("2026-03-01T09:00", "en")).toBe("09:00");
    expect(periodName("2026-03-01", "en")).toBe("1 Mar");
  });
});
