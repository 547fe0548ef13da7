/** The parts of a call in time: menu, queue, ringing, talk, hold, voicemail; each follows the one before it. */

import type { CallEvent } from "../api/types";

export type PhaseKind = "menu" | "queue" | "ring" | "talk" | "hold" | "voicemail";

export interface Phase {
  kind: PhaseKind;
  from_s: number;
  to_s: number;
}

const SHORTEST_S = 0.5;
const KINDS: Record<string, (event: CallEvent) => PhaseKind | null> = {
  "menu.entered": () => "menu",
  "queue.joined": () => "queue",
  "call.ringing": event => (event["queue"] ? null : "ring"),
  "call.answered": event => (event["kind"] === "voicemail" ? "voicemail" : "talk"),
  "call.held": () => "hold",
  "call.parked": () => "hold",
  "call.resumed": () => "talk",
  "call.retrieved": () => "talk",
};

/** From the first event to `end` (RFC 3339), in seconds since the first; without parts that nobody noticed. */
export function phases(events: CallEvent[], end: string): Phase[] {
  const ordered = [...events].sort((one, other) => one.at.localeCompare(other.at) || one.id.localeCompare(other.id));
  const [first] = ordered;
  if (first === undefined) return [];
  const seconds = (at: string) => Math.max(0, (Date.parse(at) - Date.parse(first.at)) / 1000);
  const found: Phase[] = [];
  for (const event of ordered) {
    const kind = KINDS[event.type]?.(event) ?? null;
    const last = found.at(-1);
    if (kind === null || last?.kind === kind) continue;
    if (last !== undefined) last.to_s = seconds(event.at);
    found.push({ kind, from_s: seconds(event.at), to_s: seconds(end) });
  }
  return found.filter(phase => phase.to_s - phase.from_s >= SHORTEST_S);
}
