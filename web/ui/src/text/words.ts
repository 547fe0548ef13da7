/** Every word of the page, in both languages; the same word for the same thing everywhere. */

import { en } from "./words.en";
import { es } from "./words.es";

export type Language = "es" | "en";
export type Word = keyof typeof es;

export const words: Record<Language, Record<Word, string>> = { es, en };

/** A sentence with its blanks filled: ``fill("Pulsó {keys}", {keys: "1"})``. */
export function fill(sentence: string, blanks: Record<string, string | number> = {}): string {
  return sentence.replace(/\{(\w+)\}/g, (blank, name: string) => String(blanks[name] ?? blank));
}
