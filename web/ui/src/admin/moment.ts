/** A moment as people write it. */

export function moment(at: string, language: "es" | "en"): string {
  return new Date(at).toLocaleString(language === "es" ? "es-ES" : "en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
  });
}

export function clock(at: string, language: "es" | "en"): string {
  return new Date(at).toLocaleTimeString(language === "es" ? "es-ES" : "en-GB", { hour: "2-digit", minute: "2-digit" });
}

/** What counts until a day counts that whole day, on the clock of who wrote it; RFC 3339. */
export const endOfDay = (day: string) => new Date(`${day}T23:59:59`).toISOString();
