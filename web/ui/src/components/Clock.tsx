/** A timer that ticks locally from a moment that the server gave. */

import { useTick } from "../live/useTick";
import { clock } from "../text/format";

/** Seconds since ``since`` (counting up) or until ``until`` (counting down). */
export function Clock({ since, until }: { since?: string | null; until?: string | null }) {
  const now = useTick();
  const seconds = until ? (Date.parse(until) - now) / 1000 : since ? (now - Date.parse(since)) / 1000 : null;
  if (seconds === null || Number.isNaN(seconds)) return null;
  return (
    <span className="tabular" role="timer" aria-live="off">
      {clock(seconds)}
    </span>
  );
}
