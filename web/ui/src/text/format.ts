/** Numbers, times and telephone numbers as people of a language write them. */

import parsePhoneNumber from "libphonenumber-js";

import type { Language } from "./words";

const LOCALES: Record<Language, string> = { es: "es-ES", en: "en-GB" };

/** 75 → "1:15", 3725 → "1:02:05". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const tail = String(rest).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

export function percent(share: number | null, language: Language): string | null {
  return share === null ? null : new Intl.NumberFormat(LOCALES[language], { style: "percent" }).format(share);
}

export function decimal(value: number, language: Language, digits = 1): string {
  return new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: digits }).format(value);
}

export function money(amount: number, currency: string, language: Language): string {
  return new Intl.NumberFormat(LOCALES[language], { style: "currency", currency, maximumFractionDigits: 0 }).format(
    amount,
  );
}

/** Today as a time, other days with the date. */
export function moment(at: string, language: Language, now = new Date()): string {
  const date = new Date(at);
  const sameDay = date.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(LOCALES[language], {
    ...(sameDay ? {} : { day: "numeric", month: "short" }),
    ...(date.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }),
    hour: "2-digit",
    minute: "2-digit",
  }).format(date);
}

/** A period of a report, in local time: "2026-03-01" → "1 Mar", "2026-03-01T09:00" → "09:00". */
export function periodName(period: string, language: Language): string {
  if (period.includes("T")) return period.slice(11, 16);
  if (period.length === "2026-03".length)
    return new Intl.DateTimeFormat(LOCALES[language], { month: "short", year: "2-digit" }).format(
      new Date(`${period}-01T00:00`),
    );
  return new Intl.DateTimeFormat(LOCALES[language], { day: "numeric", month: "short" }).format(
    new Date(`${period}T00:00`),
  );
}

/** The same in full, where there is room: the hour with its day, the day with its weekday. */
export function periodTitle(period: string, language: Language): string {
  const [day = "", hour] = period.split("T");
  if (day.length === "2026-03".length)
    return new Intl.DateTimeFormat(LOCALES[language], { month: "long", year: "numeric" }).format(
      new Date(`${day}-01T00:00`),
    );
  const written = new Intl.DateTimeFormat(LOCALES[language], {
    weekday: "short",
    day: "numeric",
    month: "short",
  }).format(new Date(`${day}T00:00`));
  return hour === undefined ? written : `${written}, ${hour}`;
}

/** A day as the address bar and the API write it, `days` before today. */
export function day(days = 0, now = new Date()): string {
  const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(part => String(part).padStart(2, "0")).join("-");
}

/** The moment at which a day of this browser's clock begins (`after` days later), in RFC 3339. */
export function startOfDay(written: string, after = 0): string | null {
  const [year, month, date] = written.split("-").map(Number);
  if (!year || !month || !date) return null;
  return new Date(year, month - 1, date + after).toISOString();
}

/** National format and the country; an extension or an odd number stays as it is. */
export function phone(number: string): { text: string; country: string | null } {
  const parsed = number.startsWith("+") ? parsePhoneNumber(number) : undefined;
  if (parsed === undefined) return { text: number, country: null };
  // Numbers that nobody can have yet belong to no country for certain: the first one that its prefix stands for is shown.
  return { text: parsed.formatNational(), country: parsed.country ?? parsed.getPossibleCountries()[0] ?? null };
}

/** A day whole, with its weekday: "2026-12-24" → "Thursday 24 December 2026". */
export function wholeDay(day: string, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], { dateStyle: "full", timeZone: "UTC" }).format(
    new Date(`${day}T00:00Z`),
  );
}
