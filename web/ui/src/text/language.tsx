/** The language of the page: what the person chose, else the browser's. */

import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";

import { fill, words, type Language, type Word } from "./words";

export type Say = (word: Word, blanks?: Record<string, string | number>) => string;

interface Speech {
  language: Language;
  setLanguage: (language: Language) => void;
  t: Say;
}

const SpeechContext = createContext<Speech | null>(null);
const KEY = "centralita.language";

function firstLanguage(): Language {
  const stored = localStorage.getItem(KEY);
  if (stored === "es" || stored === "en") return stored;
  return navigator.language.startsWith("en") ? "en" : "es";
}

export function SpeechProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  useEffect(() => {
    localStorage.setItem(KEY, language);
    document.documentElement.lang = language;
  }, [language]);
  const speech = useMemo<Speech>(
    () => ({ language, setLanguage, t: (word, blanks) => fill(words[language][word], blanks) }),
    [language],
  );
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (speech === null) throw new Error("SpeechProvider is missing");
  return speech;
}
