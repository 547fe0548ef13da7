/** Words of the administrator's desk, apart from the rest so that an agent's browser never loads them. */

import { useSpeech } from "../text/language";
import { fill } from "../text/words";
import { accountEn } from "./accountWords.en";
import { accountEs } from "./accountWords.es";
import { adminEn } from "./words.en";
import { adminEs } from "./words.es";

const ES = { ...adminEs, ...accountEs };

export type AdminWord = keyof typeof ES;
export type AdminSay = (word: AdminWord, blanks?: Record<string, string | number>) => string;

const WORDS = { es: ES, en: { ...adminEn, ...accountEn } } satisfies Record<string, Record<AdminWord, string>>;

export function useAdmin(): { a: AdminSay; language: "es" | "en" } {
  const { language } = useSpeech();
  return { a: (word, blanks) => fill(WORDS[language][word], blanks), language };
}

/** Whether there is such a word: kinds and actions that come from the server may be newer than the page. */
export function isWord(word: string): word is AdminWord {
  return word in ES;
}
