/** How well a call sounds, from what the browser counts (W3C webrtc-stats). */

export type Grade = "good" | "fair" | "poor";

/** What the exchange says of the sound that it gets from here (RFC 3550 §6.4.1): the share that was lost, and jitter. */
export interface There {
  loss: number;
  jitter_ms: number;
}

/** Packets and lost ones so far, jitter and round trip in milliseconds (null: not measured yet). */
export interface Reading {
  packets: number;
  lost: number;
  jitter_ms: number;
  roundTrip_ms: number | null;
  there: There | null;
}

/** What is the matter, what weighs most first: of what is heard here, or of what the other side hears. */
export type Fault = "silent" | "lossHere" | "lossThere" | "jitterHere" | "jitterThere" | "delay";

export interface Quality {
  grade: Grade;
  fault: Fault | null;
  /** Share of the packets since the reading before. */
  loss: number;
  jitter_ms: number;
  roundTrip_ms: number | null;
  there: There | null;
}

/** Beyond the first one hears it now and then, beyond the second one asks "what?" (ITU-T G.113, G.114). */
const LIMITS = { loss: [0.01, 0.05], jitter: [30, 60], delay: [300, 600] } as const;
const GRADES = ["good", "fair", "poor"] as const;

/** Between two readings; the exchange sends without a break, so that nothing at all is a fault too. */
export function quality(before: Reading, now: Reading): Quality {
  const lost = Math.max(0, now.lost - before.lost);
  const sent = Math.max(0, now.packets - before.packets) + lost;
  const { jitter_ms, roundTrip_ms, there } = now;
  const loss = sent > 0 ? lost / sent : 0;
  const steps = (measured: number, [heard, hard]: readonly [number, number]) =>
    Number(measured > heard) + Number(measured > hard);
  const faults: [Fault, number][] = [
    ["silent", now !== before && sent === 0 ? 2 : 0],
    ["lossHere", steps(loss, LIMITS.loss)],
    ["lossThere", steps(there?.loss ?? 0, LIMITS.loss)],
    ["jitterHere", steps(jitter_ms, LIMITS.jitter)],
    ["jitterThere", steps(there?.jitter_ms ?? 0, LIMITS.jitter)],
    ["delay", steps(roundTrip_ms ?? 0, LIMITS.delay)],
  ];
  const worst = Math.max(...faults.map(([, step]) => step));
  const fault = worst === 0 ? null : (faults.find(([, step]) => step === worst)?.[0] ?? null);
  return { grade: GRADES[worst] ?? "poor", fault, loss, jitter_ms, roundTrip_ms, there };
}

/** What is worth a sentence: a fault of two readings in a row, until two in a row are without one. */
export function told(before: Fault | null, last: Fault | null, now: Fault | null): Fault | null {
  if (last !== null && now !== null) return now;
  return last === null && now === null ? null : before;
}

export async function read(connection: RTCPeerConnection): Promise<Reading | null> {
  let reading: Reading | null = null;
  let roundTrip: number | null = null;
  let there: There | null = null;
  (await connection.getStats()).forEach((report: Record<string, unknown>) => {
    if (report["type"] === "inbound-rtp") {
      reading = {
        packets: Number(report["packetsReceived"] ?? 0),
        lost: Number(report["packetsLost"] ?? 0),
        jitter_ms: Number(report["jitter"] ?? 0) * 1000,
        roundTrip_ms: null,
        there: null,
      };
    }
    if (report["type"] === "remote-inbound-rtp")
      there = { loss: Number(report["fractionLost"] ?? 0), jitter_ms: Number(report["jitter"] ?? 0) * 1000 };
    if (
      report["type"] === "candidate-pair" &&
      report["nominated"] === true &&
      typeof report["currentRoundTripTime"] === "number"
    ) {
      roundTrip = report["currentRoundTripTime"] * 1000;
    }
  });
  return reading && { ...(reading as Reading), roundTrip_ms: roundTrip, there };
}
