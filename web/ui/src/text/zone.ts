/** The company's clock: its days begin and its hours are written by it, wherever the browser stands. */

let timeZone: string | undefined;
let clock = clockOf(timeZone);

/** A clock whose words are those of RFC 3339 without the offset: "2026-03-01 09:30:00". */
function clockOf(zone?: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium", timeZone: zone });
}

/** Learn the company's time zone (IANA); one that this browser does not know leaves its own. */
export function learnTimeZone(zone: string): void {
  if (zone === timeZone) return;
  try {
    clock = clockOf(zone);
    timeZone = zone;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}

/** For Intl.DateTimeFormat; undefined: the browser's own. */
export const companyZone = (): string | undefined => timeZone;

/** The day there: "2026-03-01". */
export const dayOf = (date: Date): string => clock.format(date).slice(0, 10);

/** Midnight at the beginning of a day there (`after` days later), in RFC 3339; null if it is no day. */
export function startOfDay(written: string, after = 0): string | null {
  const [year, month, date] = written.split("-").map(Number);
  if (!year || !month || !date) return null;
  const midnight = Date.UTC(year, month - 1, date + after);
  const ahead = (at: number) => Date.parse(`${clock.format(at).replace(" ", "T")}Z`) - at;
  // The offset at the first guess may be that of the other side of a change to summer time.
  return new Date(midnight - ahead(midnight - ahead(midnight))).toISOString();
}
