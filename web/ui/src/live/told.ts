/** What events have told lately: the answer to a question that was asked before them may be older than they are. */

import type { CallEvent } from "../api/types";

const MOST = 500;
const told: CallEvent[] = [];
let count = 0;

export function remember(event: CallEvent): void {
  count += 1;
  told.push(event);
  if (told.length > MOST) told.shift();
}

/** This moment, for `toldSince`. */
export const now = (): number => count;

/** The events since that moment, oldest first; the last five hundred at most. */
export const toldSince = (moment: number): CallEvent[] => told.slice(Math.max(0, told.length - (count - moment)));
