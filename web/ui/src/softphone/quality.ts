/** How well a call sounds, from what the browser counts (W3C webrtc-stats). */

export type Grade = "good" | "fair" | "poor";

/** Packets and lost ones so far, jitter and round trip in milliseconds (null: not measured yet). */
export interface Reading {
  packets: number;
  lost: number;
  jitter_ms: number;
  roundTrip_ms: number | null;
}

export interface Quality {
  grade: Grade;
  /** Share of the packets since the reading before. */
  loss: number;
  jitter_ms: number;
  roundTrip_ms: number | null;
}

/** Beyond the first one hears it now and then, beyond the second one asks "what?" (ITU-T G.113, G.114). */
const LIMITS = { loss: [0.01, 0.05], jitter_ms: [30, 60], roundTrip_ms: [300, 600] } as const;

export function quality(before: Reading, now: Reading): Quality {
  const lost = Math.max(0, now.lost - before.lost);
  const sent = Math.max(0, now.packets - before.packets) + lost;
  const measured = { loss: sent > 0 ? lost / sent : 0, jitter_ms: now.jitter_ms, roundTrip_ms: now.roundTrip_ms };
  const steps = (Object.keys(LIMITS) as (keyof typeof LIMITS)[]).map((name) => LIMITS[name].filter((limit) => (measured[name] ?? 0) > limit).length);
  return { ...measured, grade: (["good", "fair", "poor"] as const)[Math.max(...steps)] ?? "poor" };
}

export async function read(connection: RTCPeerConnection): Promise<Reading | null> {
  let reading: Reading | null = null;
  let roundTrip: number | null = null;
  (await connection.getStats()).forEach((report: Record<string, unknown>) => {
    if (report["type"] === "inbound-rtp") {
      reading = {
        packets: Number(report["packetsReceived"] ?? 0),
        lost: Number(report["packetsLost"] ?? 0),
        jitter_ms: Number(report["jitter"] ?? 0) * 1000,
        roundTrip_ms: null,
      };
    }
    if (report["type"] === "candidate-pair" && report["nominated"] === true && typeof report["currentRoundTripTime"] === "number") {
      roundTrip = report["currentRoundTripTime"] * 1000;
    }
  });
  return reading && { ...(reading as Reading), roundTrip_ms: roundTrip };
}
