/** The telephone of this browser as the page's components see it. */

import { useSyncExternalStore } from "react";

import type { Line, Picture } from "./picture";
import { softphone } from "./softphone";

export function useSoftphone(): Picture {
  return useSyncExternalStore(softphone.subscribe, softphone.look);
}

/** Who is calling and can be answered. */
export const ringing = (lines: Line[]): Line[] =>
  lines.filter(line => line.direction === "in" && line.state === "ringing");

/** What the call bar shows: everything but who rings. */
export const taken = (lines: Line[]): Line[] =>
  lines.filter(line => line.direction === "out" || line.state !== "ringing");
