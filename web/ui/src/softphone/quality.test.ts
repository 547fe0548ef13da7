import { describe, expect, it } from "vitest";

import { quality, told, type Reading } from "./quality";

const START: Reading = { packets: 1000, lost: 50, jitter_ms: 5, roundTrip_ms: 40, there: null };
const after = (packets: number, lost: number, other: Partial<Reading> = {}) =>
  quality(START, { ...START, packets: START.packets + packets, lost: START.lost + lost, ...other });

describe("quality", () => {
  it("counts only what was lost since the reading before", () =>
    expect(after(100, 0)).toMatchObject({ grade: "good", loss: 0 }));
  it("is fair with a few packets lost", () => expect(after(98, 2)).toMatchObject({ grade: "fair", loss: 0.02 }));
  it("is poor with many", () => expect(after(90, 10).grade).toBe("poor"));
  it("is as bad as its worst part", () => expect(after(100, 0, { jitter_ms: 80 }).grade).toBe("poor"));
  it("minds the round trip", () => expect(after(100, 0, { roundTrip_ms: 350 }).grade).toBe("fair"));
  it("is good before anything is measured", () => expect(quality(START, START).grade).toBe("good"));
  it("names the worst of its faults", () => {
    expect(after(100, 0)).toMatchObject({ fault: null });
    expect(after(98, 2, { jitter_ms: 80 })).toMatchObject({ grade: "poor", fault: "jitterHere" });
    expect(after(100, 0, { roundTrip_ms: 350 }).fault).toBe("delay");
  });
  it("minds what the exchange gets from here", () => {
    expect(after(100, 0, { there: { loss: 0.1, jitter_ms: 3 } })).toMatchObject({ grade: "poor", fault: "lossThere" });
    expect(after(100, 0, { there: { loss: 0, jitter_ms: 40 } })).toMatchObject({ grade: "fair", fault: "jitterThere" });
  });
  it("is poor when nothing comes at all", () => expect(after(0, 0)).toMatchObject({ grade: "poor", fault: "silent" }));
  it("takes no counter that goes back for a loss", () => expect(after(100, -3).loss).toBe(0));
});

describe("told", () => {
  it("says nothing of a single bad reading", () => expect(told(null, null, "lossHere")).toBeNull());
  it("says what two in a row show, by the later", () => expect(told(null, "lossHere", "delay")).toBe("delay"));
  it("goes on saying it over a single good one", () => expect(told("lossHere", "lossHere", null)).toBe("lossHere"));
  it("is over after two good ones", () => expect(told("lossHere", null, null)).toBeNull());
});
