/** The language of the page: what the person chose, else the browser's. */

import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";

import { words, type Language, type Word } from "./words";

interface Speech {
  language: Language;
  setLanguage: (language: Language) => void;
  t: (word: Word) => string;
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
  const speech = useMemo(() => ({ language, setLanguage, t: (word: Word) => words[language][word] }), [language]);
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (speech === null) throw new Error("SpeechProvider is missing");
  return speech;
}
