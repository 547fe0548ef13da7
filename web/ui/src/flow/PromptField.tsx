/** What is said, sentence by sentence and in each language of the menu; each can be heard before anybody calls. */

import { ActionIcon, Button, Fieldset, Group, Select, Stack, Textarea, TextInput, Tooltip } from "@mantine/core";
import { IconPlayerPlay, IconPlus, IconTrash } from "@tabler/icons-react";
import { useRef } from "react";

import { spoken } from "../api/client";
import { isRecord } from "./document";
import { useCatalogue } from "./useDestinations";
import { inEach, useFlowWords, useNames } from "./words";

type Part = Record<string, unknown>;

interface Given {
  label: string;
  prompt: unknown;
  languages: string[];
  /** Whether the step can do without: what the house says then is said. */
  optional?: boolean;
  change: (prompt: unknown) => void;
}

export function PromptField({ label, prompt, languages, optional, change }: Given) {
  const t = useFlowWords();
  const catalogue = useCatalogue(languages[0] ?? "es");
  const parts: Part[] = Array.isArray(prompt) ? prompt.filter(isRecord) : isRecord(prompt) ? [prompt] : [];
  const write = (next: Part[]) =>
    change(next.length === 0 ? undefined : next.length === 1 && !Array.isArray(prompt) ? next[0] : next);
  return (
    <Fieldset legend={label} p="xs">
      <Stack gap="xs">
        {parts.map((part, index) => (
          <PartFields
            key={index}
            part={part}
            languages={languages}
            catalogue={catalogue}
            change={next => write(parts.map((one, place) => (place === index ? next : one)))}
            remove={parts.length > 1 || optional ? () => write(parts.filter((_, place) => place !== index)) : null}
          />
        ))}
        <Group gap="xs">
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => write([...parts, inEach(languages, "newWords")])}
          >
            {t("addPart")}
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => write([...parts, { prompt: catalogue[0]?.value ?? "welcome" }])}
          >
            {t("addReady")}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

function PartFields({
  part,
  languages,
  catalogue,
  change,
  remove,
}: {
  part: Part;
  languages: string[];
  catalogue: { value: string; label: string }[];
  change: (part: Part) => void;
  remove: (() => void) | null;
}) {
  const t = useFlowWords();
  const named = useNames();
  if (typeof part.prompt === "string") {
    const known = catalogue.some(one => one.value === part.prompt)
      ? catalogue
      : [{ value: part.prompt, label: part.prompt }, ...catalogue];
    return (
      <Group gap={6} wrap="nowrap" align="flex-end">
        <Select
          flex={1}
          label={t("catalogue")}
          data={known}
          value={part.prompt}
          searchable
          allowDeselect={false}
          onChange={next => next !== null && change({ ...part, prompt: next })}
        />
        {remove && <Remove remove={remove} />}
      </Group>
    );
  }
  return (
    <Stack gap={6}>
      {languages.map(language => (
        <Textarea
          key={language}
          label={t("inLanguage", { language: named(language) })}
          autosize
          minRows={1}
          maxRows={8}
          value={textOf(part[language])}
          onChange={event => change({ ...part, [language]: withText(part[language], event.currentTarget.value) })}
          rightSection={<Listen text={textOf(part[language])} language={voiceOf(part[language], language)} />}
        />
      ))}
      <Group gap={6} wrap="nowrap" align="flex-end">
        <TextInput
          flex={1}
          size="xs"
          label={t("recorded")}
          value={String(part.name ?? "")}
          onChange={event => change(withName(part, event.currentTarget.value))}
        />
        {remove && <Remove remove={remove} />}
      </Group>
    </Stack>
  );
}

function Remove({ remove }: { remove: () => void }) {
  const t = useFlowWords();
  return (
    <Tooltip label={t("removePart")}>
      <ActionIcon variant="subtle" color="red" aria-label={t("removePart")} onClick={remove}>
        <IconTrash size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

function Listen({ text, language }: { text: string; language: string }) {
  const t = useFlowWords();
  const player = useRef<HTMLAudioElement | null>(null);
  const speak = async () => {
    player.current?.pause();
    player.current = new Audio(URL.createObjectURL(await spoken(text, language)));
    await player.current.play();
  };
  return (
    <Tooltip label={t("listen")}>
      <ActionIcon variant="subtle" disabled={!text.trim()} aria-label={t("listen")} onClick={() => void speak()}>
        <IconPlayerPlay size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

const textOf = (words: unknown): string => (isRecord(words) ? String(words.text ?? "") : String(words ?? ""));
const voiceOf = (words: unknown, language: string): string =>
  isRecord(words) && typeof words.voice === "string" ? words.voice : language;
const withText = (words: unknown, text: string): unknown => (isRecord(words) ? { ...words, text } : text);

function withName(part: Part, name: string): Part {
  const { name: _, ...rest } = part;
  return name ? { ...rest, name } : rest;
}
