/** Numbers, times and telephone numbers as people of a language write them. */

import parsePhoneNumber from "libphonenumber-js";

import type { Language } from "./words";
import { companyZone, dayOf } from "./zone";

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
  const [written, today] = [dayOf(date), dayOf(now)];
  return new Intl.DateTimeFormat(LOCALES[language], {
    ...(written === today ? {} : { day: "numeric", month: "short" }),
    ...(written.slice(0, 4) === today.slice(0, 4) ? {} : { year: "numeric" }),
    hour: "2-digit",
    minute: "2-digit",
    timeZone: companyZone(),
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

/** A day as the address bar and the API write it, `days` before the company's today. */
export function day(days = 0, now = new Date()): string {
  return new Date(Date.parse(dayOf(now)) - days * 86_400_000).toISOString().slice(0, 10);
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
