/** The company's reasons for a break, by the names that it gives them in the page's language. */

import { useQuery } from "@tanstack/react-query";

import { get } from "../api/client";
import type { Break, Breaks } from "../api/schema";
import { useSpeech } from "../text/language";
import type { Language } from "../text/words";

/** Of breaks that the exchange gives by itself. */
const GIVEN = ["no_answer", "no_sound"] as const;

export interface Reason {
  name: string;
  title: string;
}

export function titleOf({ name, title }: Pick<Break, "name" | "title">, language: Language): string {
  return title[language] || Object.values(title).find(Boolean) || name;
}

export function useBreaks(): { reasons: Reason[]; said: (reason: string) => string } {
  const { t, language } = useSpeech();
  const { data } = useQuery({ queryKey: ["breaks"], queryFn: () => get<Breaks>("/agents/breaks") });
  const reasons = (data?.items ?? []).map(one => ({ name: one.name, title: titleOf(one, language) }));
  const said = (reason: string) => {
    const given = GIVEN.find(known => known === reason);
    return given ? t(given) : (reasons.find(({ name }) => name === reason)?.title ?? reason);
  };
  return { reasons, said };
}
