/** The server's time, whatever the clock of this machine says.
 *
 * Each time stamp that arrives was written before it arrived, so `own time − stamp` is never less than how far this
 * clock is ahead; the smallest of them is the best estimate.
 */

let ahead = Infinity;

/** Learn from a time that the server has just written. */
export function learnServerTime(at: string | null): void {
  const stamp = at === null ? NaN : Date.parse(at);
  if (!Number.isNaN(stamp)) ahead = Math.min(ahead, Date.now() - stamp);
}

/** Forget what was learnt: this machine may have slept, or its clock may have been set. */
export function forgetServerTime(): void {
  ahead = Infinity;
}

/** Milliseconds since the epoch on the server's clock. */
export function serverNow(): number {
  return Date.now() - (Number.isFinite(ahead) ? ahead : 0);
}
