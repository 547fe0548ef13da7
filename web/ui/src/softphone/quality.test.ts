import { describe, expect, it } from "vitest";

import { quality, type Reading } from "./quality";

const START: Reading = { packets: 1000, lost: 50, jitter_ms: 5, roundTrip_ms: 40 };
const after = (packets: number, lost: number, other: Partial<Reading> = {}) =>
  quality(START, { ...START, packets: START.packets + packets, lost: START.lost + lost, ...other });

describe("quality", () => {
  it("counts only what was lost since the reading before", () => expect(after(100, 0)).toMatchObject({ grade: "good", loss: 0 }));
  it("is fair with a few packets lost", () => expect(after(98, 2)).toMatchObject({ grade: "fair", loss: 0.02 }));
  it("is poor with many", () => expect(after(90, 10).grade).toBe("poor"));
  it("is as bad as its worst part", () => expect(after(100, 0, { jitter_ms: 80 }).grade).toBe("poor"));
  it("minds the round trip", () => expect(after(100, 0, { roundTrip_ms: 350 }).grade).toBe("fair"));
  it("is good before anything is measured", () => expect(after(0, 0, { roundTrip_ms: null }).grade).toBe("good"));
  it("takes no counter that goes back for a loss", () => expect(after(100, -3).loss).toBe(0));
});
