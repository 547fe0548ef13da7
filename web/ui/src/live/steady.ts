/** While somebody points at a list, what is new waits above it, so that nothing moves away from the pointer. */

import { useState } from "react";

/** The rows that may be shown: those held, and whatever comes after them (older pages). */
export function steady<T extends { id: string }>(rows: T[], held: ReadonlySet<string> | null): T[] {
  if (held === null) return rows;
  const last = rows.findLastIndex(row => held.has(row.id));
  return rows.filter((row, place) => place > last || held.has(row.id));
}

export function useSteadyRows<T extends { id: string }>(rows: T[]) {
  const [held, setHeld] = useState<ReadonlySet<string> | null>(null);
  return {
    shown: steady(rows, held),
    pointing: {
      onPointerEnter: () => setHeld(new Set(rows.map(row => row.id))),
      onPointerLeave: () => setHeld(null),
    },
  };
}
