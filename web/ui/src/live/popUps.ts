/** Which pop-ups are on the screen after an event; pure. */

import type { CallEvent, ScreenPop } from "../api/types";

export interface Shown {
  pop: ScreenPop;
  answeredAt: string | null;
  /** When the call that I answered was over: what it came to is still to be said. */
  endedAt: string | null;
}

const MOST = 3;

/**
 * A pop-up comes with its call, says when I have answered, and goes when somebody else has the call or it is over; after
 * a call of a queue it stays until I have said what the call came to.
 */
export function afterEvent(shown: Shown[], event: CallEvent, login: string): Shown[] {
  if (event.type === "screen_pop") {
    const pop = event as ScreenPop;
    if (!pop.logins.includes(login)) return shown;
    return [
      { pop, answeredAt: null, endedAt: null },
      ...shown.filter(other => other.pop.call_id !== pop.call_id),
    ].slice(0, MOST);
  }
  if (!shown.some(({ pop }) => pop.call_id === event.call_id)) return shown;
  const rest = () => shown.filter(({ pop }) => pop.call_id !== event.call_id);
  switch (event.type) {
    case "call.ended":
      return shown.flatMap(one => {
        if (one.pop.call_id !== event.call_id) return [one];
        return one.answeredAt !== null && one.pop.queue !== null ? [{ ...one, endedAt: event.at }] : [];
      });
    case "call.not_answered":
      return event["login"] === login ? rest() : shown;
    case "call.answered":
      if (event["login"] !== login) return rest();
      return shown.map(one => (one.pop.call_id === event.call_id ? { ...one, answeredAt: event.at } : one));
    default:
      return shown;
  }
}

const KEY = "centralita.pop-ups";
const KEPT_MS = 2 * 3600_000;

/** What was on the screen of the page before this one. */
export function keptPopUps(stored: string | null, now: number): Shown[] {
  try {
    const found: unknown = JSON.parse(stored ?? "");
    return Array.isArray(found)
      ? found.filter(one => now - Date.parse((one as Partial<Shown> | null)?.pop?.at ?? "") < KEPT_MS).slice(0, MOST)
      : [];
  } catch {
    return [];
  }
}

export const readPopUps = (): Shown[] => keptPopUps(sessionStorage.getItem(KEY), Date.now());
export const writePopUps = (shown: Shown[]): void => sessionStorage.setItem(KEY, JSON.stringify(shown));
