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

/** Today as a time, other days with the date. */
export function moment(at: string, language: Language, now = new Date()): string {
  const date = new Date(at);
  const sameDay = date.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(LOCALES[language], {
    ...(sameDay ? {} : { day: "numeric", month: "short" }),
    hour: "2-digit",
    minute: "2-digit",
  }).format(date);
}

/** National format with the flag of the country; an extension or an odd number stays as it is. */
export function phone(number: string): { text: string; flag: string } {
  const parsed = number.startsWith("+") ? parsePhoneNumber(number) : undefined;
  if (parsed === undefined) return { text: number, flag: "" };
  const flag = parsed.country
    ? String.fromCodePoint(...[...parsed.country].map((letter) => 0x1f1e6 + letter.charCodeAt(0) - 65))
    : "";
  return { text: parsed.formatNational(), flag };
}
