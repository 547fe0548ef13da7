/** The language of the page: what the person chose, else the browser's. */

import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";

import { fill, wordsOf, type Language, type Word, type Words } from "./words";

export type Say = (word: Word, blanks?: Record<string, string | number>) => string;

interface Speech {
  language: Language;
  setLanguage: (language: Language) => void;
  t: Say;
}

const SpeechContext = createContext<Speech | null>(null);
const KEY = "centralita.language";

/** What the person chose on this browser, else what the browser speaks. */
export function firstLanguage(): Language {
  const stored = localStorage.getItem(KEY);
  if (stored === "es" || stored === "en") return stored;
  return navigator.language.startsWith("en") ? "en" : "es";
}

interface Spoken {
  language: Language;
  words: Words;
}

export function SpeechProvider({ first, children }: { first: Spoken; children: ReactNode }) {
  const [{ language, words }, speak] = useState(first);
  useEffect(() => {
    localStorage.setItem(KEY, language);
    document.documentElement.lang = language;
  }, [language]);
  const speech = useMemo<Speech>(
    () => ({
      language,
      setLanguage: other =>
        void wordsOf(other).then(
          found => speak({ language: other, words: found }),
          () => {
            // After an update of the server this page's parts are gone; the new page begins in that language.
            localStorage.setItem(KEY, other);
            window.location.reload();
          },
        ),
      t: (word, blanks) => fill(words[word], blanks),
    }),
    [language, words],
  );
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (speech === null) throw new Error("SpeechProvider is missing");
  return speech;
}
