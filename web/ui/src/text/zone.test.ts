import { describe, expect, it } from "vitest";

import { day, moment } from "./format";
import { companyZone, dayOf, learnTimeZone, startOfDay } from "./zone";

describe("the company's clock", () => {
  it("says which day it is there", () => {
    learnTimeZone("Pacific/Kiritimati");
    expect(dayOf(new Date("2026-03-01T11:00Z"))).toBe("2026-03-02");
    expect(day(1, new Date("2026-03-01T11:00Z"))).toBe("2026-03-01");
    learnTimeZone("America/Mexico_City");
    expect(dayOf(new Date("2026-03-01T05:59Z"))).toBe("2026-02-28");
  });
  it("writes the hours of there, and the date of what is not of today there", () => {
    learnTimeZone("Europe/Madrid");
    const now = new Date("2026-11-22T23:30Z"); // half past midnight of the 23rd
    expect(moment("2026-11-22T23:10:00Z", "en", now)).toBe("00:10");
    expect(moment("2026-11-22T22:10:00Z", "en", now)).toBe("22 Nov, 23:10");
  });
  it("begins a day at its midnight, on both sides of the change to summer time", () => {
    learnTimeZone("Europe/Madrid");
    expect(startOfDay("2026-03-29")).toBe("2026-03-28T23:00:00.000Z");
    expect(startOfDay("2026-03-29", 1)).toBe("2026-03-29T22:00:00.000Z");
    expect(startOfDay("2026-10-25", 1)).toBe("2026-10-25T23:00:00.000Z");
    expect(startOfDay("2026-12-31", 1)).toBe("2026-12-31T23:00:00.000Z");
    expect(startOfDay("nonsense")).toBeNull();
  });
  it("stays as it is when a zone is not known", () => {
    learnTimeZone("Europe/Madrid");
    learnTimeZone("Middle/Earth");
    expect(companyZone()).toBe("Europe/Madrid");
  });
});
