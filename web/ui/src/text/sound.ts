/** How each side of a call sounded over time, from its `call.quality` events. */

import type { CallEvent } from "../api/types";

export type Grade = "good" | "fair" | "poor";

/** One span of a side: from and to in shares of the call (0…1), `mos` null where nothing was to be heard. */
export interface Span {
  from: number;
  to: number;
  mos: number | null;
  grade: Grade | null;
  loss: number;
  jitter_ms: number;
  round_trip_ms: number | null;
}

export interface Side {
  leg: string;
  login: string | null;
  number: string | null;
  spans: Span[];
}

interface Reading {
  at: number;
  span_s: number;
  packets: number;
  lost: number;
  jitter_ms: number;
  mos: number | null;
  mos_sent: number | null;
  loss_sent: number | null;
  round_trip_ms: number | null;
}

const SATISFIED = 4.03;
const DISSATISFIED = 3.6;

/** As people find it (ITU-T G.107 Annex B). */
export function gradeOf(mos: number | null): Grade | null {
  if (mos === null) return null;
  return mos >= SATISFIED ? "good" : mos >= DISSATISFIED ? "fair" : "poor";
}

/** The sides of a call that lasted from `started` to `ended` (RFC 3339), each with the worse of both directions. */
export function soundOf(events: CallEvent[], started: string, ended: string): Side[] {
  const from = Date.parse(started) / 1000;
  const length = Math.max(0.001, Date.parse(ended) / 1000 - from);
  const place = (at: number) => Math.min(1, Math.max(0, (at - from) / length));
  return events
    .filter(event => event.type === "call.quality")
    .map(event => ({
      leg: String(event["leg"]),
      login: (event["login"] as string | null | undefined) ?? null,
      number: (event["number"] as string | null | undefined) ?? null,
      spans: ((event["readings"] as Reading[] | undefined) ?? []).map(reading => {
        const mos = worse(reading.mos, reading.mos_sent);
        const expected = reading.packets + reading.lost;
        return {
          from: place(reading.at - reading.span_s),
          to: place(reading.at),
          mos,
          grade: gradeOf(mos),
          loss: Math.max(expected > 0 ? reading.lost / expected : 0, reading.loss_sent ?? 0),
          jitter_ms: reading.jitter_ms,
          round_trip_ms: reading.round_trip_ms,
        };
      }),
    }))
    .filter(side => side.spans.length > 0);
}

function worse(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
