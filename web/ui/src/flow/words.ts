/** The menu editor's own words: they are loaded with it and not with the page. */

import { fill, type Language } from "../text/words";
import { useSpeech } from "../text/language";
import { flowEn } from "./words.en";
import { flowEs } from "./words.es";

export type FlowWord = keyof typeof flowEs;

const words: Record<Language, Record<FlowWord, string>> = { es: flowEs, en: flowEn };

export function useFlowWords(): (word: FlowWord, blanks?: Record<string, string | number>) => string {
  const { language } = useSpeech();
  return (word, blanks) => fill(words[language][word], blanks);
}

/** The name of a kind of node or way, as it is written where there is no word for it. */
export function useNames(): (name: string) => string {
  const { language } = useSpeech();
  return name => (words[language] as Record<string, string>)[`name_${name}`] ?? name;
}

/** A sentence in each language of a menu; in English where there are no words of ours in one. */
export const inEach = (languages: string[], word: FlowWord): Record<string, string> =>
  Object.fromEntries(languages.map(language => [language, words[language as Language]?.[word] ?? words.en[word]]));
