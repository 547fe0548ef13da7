/** A moment as people write it. */

export function moment(at: string, language: "es" | "en"): string {
  return new Date(at).toLocaleString(language === "es" ? "es-ES" : "en-GB", { dateStyle: "medium", timeStyle: "short" });
}

export function clock(at: string, language: "es" | "en"): string {
  return new Date(at).toLocaleTimeString(language === "es" ? "es-ES" : "en-GB", { hour: "2-digit", minute: "2-digit" });
}
