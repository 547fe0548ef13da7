/** While somebody is at a list, by pointer or by keyboard, what ends stays in its place: no row moves under a finger. */

import { useState, type FocusEvent } from "react";

export interface Held<T> {
  row: T;
  isGone: boolean;
}

/** `held` in their places, those that are no more marked as gone; what is new comes behind them. */
export function heldRows<T extends { id: string }>(rows: T[], held: T[] | null): Held<T>[] {
  if (held === null) return rows.map(row => ({ row, isGone: false }));
  const present = new Map(rows.map(row => [row.id, row]));
  const known = new Set(held.map(row => row.id));
  return [
    ...held.map(row => ({ row: present.get(row.id) ?? row, isGone: !present.has(row.id) })),
    ...rows.filter(row => !known.has(row.id)).map(row => ({ row, isGone: false })),
  ];
}

export function useHeldRows<T extends { id: string }>(rows: T[]) {
  const [held, setHeld] = useState<T[] | null>(null);
  const hold = () => setHeld(before => before ?? rows);
  return {
    rows: heldRows(rows, held),
    pointing: {
      onPointerEnter: hold,
      onFocus: hold,
      onPointerLeave: () => setHeld(null),
      onBlur: (event: FocusEvent<HTMLElement>) => !event.currentTarget.contains(event.relatedTarget) && setHeld(null),
    },
  };
}
