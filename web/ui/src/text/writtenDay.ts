/** Days as people here write them: day, month, year, in Spanish as in (British) English. */

const WRITTEN = /^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})$/;
const ISO = /^(\d{4})-(\d{2})-(\d{2})$/;

/** "2026-03-01" → "01/03/2026"; what is no day is nothing. */
export function writtenDay(day: string): string {
  const found = ISO.exec(day);
  return found ? `${found[3]}/${found[2]}/${found[1]}` : "";
}

/** "1/3/26", "01.03.2026" and "2026-03-01" → "2026-03-01"; null for what is no day. */
export function readDay(written: string): string | null {
  const text = written.trim();
  const iso = ISO.exec(text);
  const found = iso ? [iso[3], iso[2], iso[1]] : WRITTEN.exec(text)?.slice(1);
  if (!found) return null;
  const [date, month, year] = found.map(Number) as [number, number, number];
  const whole = year < 100 ? 2000 + year : year;
  const made = new Date(Date.UTC(whole, month - 1, date));
  if (made.getUTCFullYear() !== whole || made.getUTCMonth() !== month - 1 || made.getUTCDate() !== date) return null;
  return made.toISOString().slice(0, 10);
}

/** "9", "9:30" or "09.30" as 09:30; noon where nothing is written; null when it is no time of day. */
export function readClock(written: string): string | null {
  if (written.trim() === "") return "12:00";
  const found = /^\s*(\d{1,2})(?:[:.h](\d{2}))?\s*$/.exec(written);
  const [hour, minute] = [Number(found?.[1]), Number(found?.[2] ?? "0")];
  if (found === null || hour > 23 || minute > 59) return null;
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}
