/** What a company has to lead callers to, by kind, for suggestions. */

import { useQueries, useQuery } from "@tanstack/react-query";

import { get } from "../api/client";

interface Listed {
  items: { name: string; value: Record<string, unknown> }[];
}

const LISTS: { kind: string; list: string; field: string }[] = [
  { kind: "queue", list: "queues", field: "name" },
  { kind: "callback", list: "queues", field: "name" },
  { kind: "person", list: "people", field: "extension" },
  { kind: "ring_group", list: "ring_groups", field: "name" },
  { kind: "room", list: "rooms", field: "extension" },
  { kind: "menu", list: "menus", field: "name" },
  { kind: "voicemail", list: "voicemail_boxes", field: "box" },
  { kind: "switch", list: "switches", field: "name" },
];

export function useDestinations(): Record<string, { value: string; label: string }[]> {
  const lists = useQueries({
    queries: LISTS.map(({ list }) => ({
      queryKey: ["settings", list, "all"],
      queryFn: () => get<Listed>(`/settings/${list}?limit=200`),
      staleTime: 30_000,
    })),
  });
  const found: Record<string, { value: string; label: string }[]> = {};
  LISTS.forEach(({ kind, field }, index) => {
    found[kind] = (lists[index]?.data?.items ?? []).map(({ name, value }) => {
      const target = String(value[field] ?? name);
      const title = String(value.title || value.name || "");
      return { value: target, label: title && title !== target ? `${title} (${target})` : target };
    });
  });
  const boxes = found.voicemail ?? [];
  found.voicemail = [
    ...boxes,
    ...(found.person ?? []).filter(person => !boxes.some(box => box.value === person.value)),
  ];
  return found;
}

/** The names of what has been recorded, in whichever language or as music. */
export function useSounds(): string[] {
  const sounds = useQuery({
    queryKey: ["prompts", "recorded"],
    queryFn: () => get<{ items: { name: string }[] }>("/prompts?recorded=true"),
    staleTime: 30_000,
  });
  return [...new Set((sounds.data?.items ?? []).map(sound => sound.name))];
}

/** The sentences that the house brings along, by name, with what each says in a language. */
export function useCatalogue(language: string): { value: string; label: string }[] {
  const sentences = useQuery({
    queryKey: ["prompts", "catalogue", language],
    queryFn: () => get<{ items: { name: string; text: string }[] }>(`/prompts?folder=${language}&limit=500`),
    staleTime: 300_000,
  });
  return (sentences.data?.items ?? [])
    .filter(one => one.text !== "")
    .map(({ name, text }) => ({ value: name, label: text }));
}

/** What a destination is called; its own name where the company has none for it. */
export function nameIn(destinations: ReturnType<typeof useDestinations>, kind: string, target: string): string {
  return destinations[kind]?.find(one => one.value === target)?.label.replace(` (${target})`, "") ?? target;
}
