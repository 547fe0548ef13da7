/** The calls whose end has been told: the server's list of live calls follows the events by a moment, and would bring them back. */

const MOST = 200;
const ended = new Set<string>();

export function learnEnd(callId: string): void {
  ended.add(callId);
  if (ended.size <= MOST) return;
  for (const oldest of ended) {
    ended.delete(oldest);
    return;
  }
}

export const hasEnded = (callId: string): boolean => ended.has(callId);
