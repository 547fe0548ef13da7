import { describe, expect, it } from "vitest";

import { lit, places, pressed, type Report } from "./headset";

/** As a common headset describes itself: hook switch, mute, a range of digits, padding. */
const INPUT: Report = {
  reportId: 2,
  items: [
    { usages: [0x0b0020, 0x0b002f], reportSize: 1, reportCount: 2 },
    { reportSize: 1, reportCount: 6 },
    { isRange: true, usageMinimum: 0x0b00b0, usageMaximum: 0x0b00b3, reportSize: 1, reportCount: 4 },
  ],
};
const OUTPUT: Report = {
  reportId: 3,
  items: [
    { usages: [0x080009, 0x080017, 0x080018], reportSize: 1, reportCount: 3 },
    { reportSize: 1, reportCount: 5 },
  ],
};

const bytes = (...values: number[]) => new DataView(new Uint8Array(values).buffer);

describe("a headset's reports", () => {
  it("say which keys are pressed", () => {
    expect(pressed(INPUT, bytes(0b01, 0))).toEqual(new Set([0x0b0020]));
    expect(pressed(INPUT, bytes(0b10, 0b1000))).toEqual(new Set([0x0b002f, 0x0b00b3]));
    expect(pressed(INPUT, bytes())).toEqual(new Set());
  });

  it("know where a usage is", () => {
    expect(places(INPUT).get(0x0b00b0)).toBe(8);
    expect(places({})).toEqual(new Map());
  });

  it("light the lamps that there are", () => {
    expect(lit(OUTPUT, { rings: true, talks: false, muted: true })).toEqual(new Uint8Array([0b101]));
    expect(lit(INPUT, { rings: true, talks: true, muted: true })).toBeNull();
  });
});
