/** The calls of this browser's telephone, kept where the page that comes after this one finds them. */

import type { Dialog, Resumed } from "../phone/call";

export interface Kept extends Resumed {
  login: string;
  dialog: Dialog;
  /** It was the one that was being spoken on. */
  isCurrent: boolean;
  /** When it was last known to live: milliseconds. */
  at: number;
}

const KEY = "centralita.calls";
/** The server ends a call that is silent for so long. */
const LIVES_MS = 30_000;
const MOST = 8;

function isKept(found: unknown): found is Kept {
  const kept = found as Partial<Kept> | null;
  const dialog = kept?.dialog;
  return (
    typeof kept?.login === "string" &&
    typeof kept.number === "string" &&
    typeof kept.name === "string" &&
    typeof kept.at === "number" &&
    (kept.answeredAt === null || typeof kept.answeredAt === "number") &&
    (kept.direction === "in" || kept.direction === "out") &&
    typeof dialog?.call_id === "string" &&
    typeof dialog.to_tag === "string" &&
    typeof dialog.from_tag === "string"
  );
}

/** What was stored, whatever that is; without what cannot live any more. */
export function parseKept(stored: string | null, now: number): Kept[] {
  let found: unknown;
  try {
    found = JSON.parse(stored ?? "");
  } catch {
    return [];
  }
  if (!Array.isArray(found)) return [];
  return found
    .filter(isKept)
    .filter(({ at }) => now - at < LIVES_MS)
    .slice(-MOST);
}

const read = () => parseKept(localStorage.getItem(KEY), Date.now());

/** The calls that `login` had here a moment ago. */
export const keptOf = (login: string): Kept[] => read().filter(kept => kept.login === login);

export function keep(kept: Kept): void {
  localStorage.setItem(
    KEY,
    JSON.stringify([...read().filter(({ dialog }) => dialog.call_id !== kept.dialog.call_id), kept]),
  );
}

export function forget(callId: string): void {
  localStorage.setItem(KEY, JSON.stringify(read().filter(({ dialog }) => dialog.call_id !== callId)));
}
