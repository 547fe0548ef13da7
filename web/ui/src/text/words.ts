/** Every word of the page, in both languages; the same word for the same thing everywhere. */

import type { es } from "./words.es";

export type Language = "es" | "en";
export type Word = keyof typeof es;

export type Words = Record<Word, string>;

const LOADERS: Record<Language, () => Promise<Words>> = {
  es: async () => (await import("./words.es")).es,
  en: async () => (await import("./words.en")).en,
};

/** The words of a language, loaded when they are first wanted. Rejects when they cannot be. */
export const wordsOf = (language: Language): Promise<Words> => LOADERS[language]();

/** A sentence with its blanks filled: ``fill("Pulsó {keys}", {keys: "1"})``. */
export function fill(sentence: string, blanks: Record<string, string | number> = {}): string {
  return sentence.replace(/\{(\w+)\}/g, (blank, name: string) => String(blanks[name] ?? blank));
}
