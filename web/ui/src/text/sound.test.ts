import { describe, expect, it } from "vitest";

import type { CallEvent } from "../api/types";
import { gradeOf, soundOf } from "./sound";

const STARTED = "2026-03-01T10:00:00Z";
const ENDED = "2026-03-01T10:00:40Z";
const start = Date.parse(STARTED) / 1000;
const reading = (at: number, fields: Record<string, number | null> = {}) => ({
  at: start + at,
  span_s: 10,
  packets: 500,
  lost: 0,
  jitter_ms: 1,
  mos: 4.4,
  mos_sent: null,
  loss_sent: null,
  round_trip_ms: null,
  ...fields,
});
const quality = (leg: string, readings: unknown[], fields: Record<string, unknown> = {}): CallEvent => ({
  id: leg,
  type: "call.quality",
  at: ENDED,
  call_id: "c",
  leg,
  login: null,
  number: null,
  readings,
  ...fields,
});

describe("the sound of a call", () => {
  it("lies along the call, the worse direction deciding", () => {
    const [side] = soundOf(
      [
        quality(
          "l",
          [
            reading(20),
            reading(30, { mos_sent: 3.7, loss_sent: 0.04 }),
            reading(40, { mos: 2.9, lost: 125, packets: 375 }),
          ],
          { login: "ana" },
        ),
      ],
      STARTED,
      ENDED,
    );
    expect(side?.login).toBe("ana");
    expect(side?.spans.map(span => [span.from, span.to, span.grade, span.loss])).toEqual([
      [0.25, 0.5, "good", 0],
      [0.5, 0.75, "fair", 0.04],
      [0.75, 1, "poor", 0.25],
    ]);
  });
  it("has gaps where nothing was to be heard, and no side without readings", () => {
    const sides = soundOf(
      [
        quality("a", [reading(10, { mos: null, packets: 0 })]),
        quality("b", []),
        quality("c", [reading(10)], { readings: undefined }),
      ],
      STARTED,
      ENDED,
    );
    expect(sides.map(side => side.spans.map(span => span.grade))).toEqual([[null]]);
    expect(gradeOf(null)).toBeNull();
  });
});
