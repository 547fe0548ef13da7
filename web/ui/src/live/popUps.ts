/** Which pop-ups are on the screen after an event; pure. */

import type { CallEvent, ScreenPop } from "../api/types";

export interface Shown {
  pop: ScreenPop;
  answeredAt: string | null;
}

const MOST = 3;

/** A pop-up comes with its call, says when I have answered, and goes when the call is over or somebody else has it. */
export function afterEvent(shown: Shown[], event: CallEvent, login: string): Shown[] {
  if (event.type === "screen_pop") {
    const pop = event as ScreenPop;
    if (!pop.logins.includes(login)) return shown;
    return [{ pop, answeredAt: null }, ...shown.filter((other) => other.pop.call_id !== pop.call_id)].slice(0, MOST);
  }
  if (!shown.some(({ pop }) => pop.call_id === event.call_id)) return shown;
  const rest = () => shown.filter(({ pop }) => pop.call_id !== event.call_id);
  switch (event.type) {
    case "call.ended":
      return rest();
    case "call.not_answered":
      return event["login"] === login ? rest() : shown;
    case "call.answered":
      if (event["login"] !== login) return rest();
      return shown.map((one) => (one.pop.call_id === event.call_id ? { ...one, answeredAt: event.at } : one));
    default:
      return shown;
  }
}
