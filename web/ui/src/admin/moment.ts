/** A moment as people write it, on the company's clock. */

import { companyZone, startOfDay } from "../text/zone";

export function moment(at: string, language: "es" | "en"): string {
  return new Date(at).toLocaleString(language === "es" ? "es-ES" : "en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: companyZone(),
  });
}

export function clock(at: string, language: "es" | "en"): string {
  return new Date(at).toLocaleTimeString(language === "es" ? "es-ES" : "en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: companyZone(),
  });
}

/** What counts until a day counts that whole day, on the company's clock; RFC 3339. Raises RangeError for no day. */
export const endOfDay = (day: string) => new Date(Date.parse(startOfDay(day, 1) ?? "") - 1000).toISOString();
