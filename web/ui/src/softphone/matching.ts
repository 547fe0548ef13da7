/** Which call of the exchange, and which pop-up, a call of this browser's telephone is; pure. */

import type { Call } from "../api/types";

interface Spoken {
  direction: "in" | "out";
  number: string;
}

/** A withheld number comes as `anonymous` (RFC 3323) on the line and as null in the API. */
export function sameNumber(known: string | null, spoken: string): boolean {
  return known === null ? !/\d/.test(spoken) : known === spoken;
}

/**
 * The live call behind `spoken`, the newest when there are several; null while none fits. Who was asked by a colleague and
 * given the caller then speaks in the caller's call, on the line that the colleague had called.
 */
export function callBehind(spoken: Spoken, live: Call[], login: string, extension: string | null): Call | null {
  const digits = spoken.number.replace(/\D/g, "");
  const fits = (call: Call) => {
    if (call.ended_at !== null) return false;
    if (spoken.direction === "in") return sameNumber(call.caller.number, spoken.number);
    const mine = call.agent === login || call.caller.number === extension || call.direction !== "inbound";
    const dialled = call.dialled.replace(/\D/g, "");
    return (
      mine &&
      (call.dialled === spoken.number || (digits.length >= 6 && (dialled.endsWith(digits) || digits.endsWith(dialled))))
    );
  };
  const given = (call: Call) =>
    call.ended_at === null && call.answered_at !== null && call.agent === login && call.transfers > 0;
  const newest = (calls: Call[]) => calls.sort((one, other) => other.started_at.localeCompare(one.started_at))[0];
  return newest(live.filter(fits)) ?? newest(live.filter(given)) ?? null;
}
