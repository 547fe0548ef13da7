/** What callers can say in place of pressing each key, in each language of the menu. */

import { Fieldset, Stack, TagsInput, Text } from "@mantine/core";

import { isRecord } from "./document";
import type { FaultAt } from "./faultsAt";
import { useFlowWords, useNames } from "./words";

type Words = Record<string, Record<string, string[]>>;

interface Given {
  label: string;
  value: unknown;
  keys: string[];
  languages: string[];
  at: FaultAt;
  change: (words: Words | undefined) => void;
}

export function KeyWords({ label, value, keys, languages, at, change }: Given) {
  const t = useFlowWords();
  const named = useNames();
  const words = (isRecord(value) ? value : {}) as Words;
  const set = (key: string, language: string, phrases: string[]) => {
    const { [language]: _, ...others } = words[key] ?? {};
    const said = phrases.length > 0 ? { ...others, [language]: phrases } : others;
    const { [key]: __, ...rest } = words;
    const next = Object.keys(said).length > 0 ? { ...rest, [key]: said } : rest;
    change(Object.keys(next).length > 0 ? next : undefined);
  };
  return (
    <Fieldset legend={label} p="xs">
      <Stack gap="xs">
        <Text size="xs" c="dimmed">
          {t("wordsHint")}
        </Text>
        {[...new Set([...keys, ...Object.keys(words)])].map(key =>
          languages.map(language => (
            <TagsInput
              key={`${key} ${language}`}
              label={`${t("key", { key })} · ${named(language)}`}
              value={words[key]?.[language] ?? []}
              error={at(["words", key, language])}
              onChange={phrases => set(key, language, phrases)}
            />
          )),
        )}
      </Stack>
    </Fieldset>
  );
}
