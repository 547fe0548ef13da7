/** What is said to those who are going to be recorded. */

import { Button, Group, Paper, Select, SimpleGrid, Stack, Switch, Text, Textarea, Title } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";

import { WrongText } from "../../components/WrongText";
import { blob, get, promptUrl, query } from "../../api/client";
import type { Page } from "../../api/types";
import { choiceLabel } from "../labels";
import { Directions } from "./Directions";
import type { Notice } from "./policy";
import { useRecordingWords } from "./words";

const LANGUAGES = ["es", "en"] as const;

interface Recorded {
  folder: string;
  name: string;
}

export function NoticePart({
  value,
  change,
  fault,
}: {
  value: Notice;
  change: (value: Notice) => void;
  fault: (field: string) => string | null;
}) {
  const { r, language } = useRecordingWords();
  const prompts = useQuery({
    queryKey: ["prompts", "recorded"],
    queryFn: () => get<Page<Recorded>>(`/prompts${query({ recorded: true })}`),
  });
  const names = [
    ...new Set([
      ...(prompts.data?.items ?? []).filter(one => one.folder !== "music").map(one => one.name),
      ...(value.prompt ? [value.prompt] : []),
    ]),
  ];
  const hear = useMutation({
    mutationFn: async (spoken: "es" | "en") => {
      const uploaded = prompts.data?.items.some(one => one.folder === spoken && one.name === value.prompt) ?? false;
      const text =
        value.texts[spoken] || r(spoken === "es" ? "houseWords" : "houseWordsEn").replace(/^[^«“]*[«“]|[»”]$/g, "");
      const sound = uploaded
        ? promptUrl(spoken, value.prompt)
        : URL.createObjectURL(await blob("POST", "/prompts/speak", { text, language: spoken }));
      await new Audio(sound).play();
    },
  });

  function write(spoken: "es" | "en", text: string) {
    const { [spoken]: _, ...others } = value.texts;
    change({ ...value, texts: text === "" ? others : { ...others, [spoken]: text } });
  }
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h3">
        {r("notice")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {r("noticeHint")}
      </Text>
      <Stack gap="sm">
        <Directions
          label={r("noticeIn")}
          value={value.directions}
          change={directions => change({ ...value, directions })}
        />
        {value.directions.length > 0 && (
          <>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              {LANGUAGES.map(spoken => (
                <Stack key={spoken} gap={4}>
                  <Textarea
                    label={r("noticeText", { language: choiceLabel(spoken, language).toLowerCase() })}
                    placeholder={r(spoken === "es" ? "houseWords" : "houseWordsEn")}
                    autosize
                    minRows={2}
                    maxLength={1000}
                    value={value.texts[spoken] ?? ""}
                    error={fault(`texts.${spoken}`)}
                    onChange={event => write(spoken, event.currentTarget.value)}
                  />
                  <Group>
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      leftSection={<IconPlayerPlay size={14} aria-hidden="true" />}
                      loading={hear.isPending && hear.variables === spoken}
                      aria-label={`${r("listen")}: ${choiceLabel(spoken, language)}`}
                      onClick={() => hear.mutate(spoken)}
                    >
                      {r("listen")}
                    </Button>
                  </Group>
                </Stack>
              ))}
            </SimpleGrid>
            <Select
              label={r("prompt")}
              description={r("promptHint")}
              placeholder={r("noPrompt")}
              clearable
              searchable
              data={names}
              value={value.prompt || null}
              error={fault("prompt")}
              maw={420}
              onChange={chosen => change({ ...value, prompt: chosen ?? "" })}
            />
            <Switch
              label={r("noticeNeeded")}
              description={r("noticeNeededHint")}
              checked={value.needed}
              onChange={event => change({ ...value, needed: event.currentTarget.checked })}
            />
          </>
        )}
        {hear.isError && <WrongText size="sm">{hear.error.message}</WrongText>}
      </Stack>
    </Paper>
  );
}
