/** Notes on a call: what is good to know next time. */

import { Button, Group, Paper, Stack, Text, Textarea, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { get, post } from "../api/client";
import type { Note, Page } from "../api/types";
import { useNames } from "../live/lists";
import { moment } from "../text/format";
import { useSpeech } from "../text/language";

export function CallNotes({ callId }: { callId: string }) {
  const { t, language } = useSpeech();
  const names = useNames();
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const key = ["notes", callId];
  const notes = useQuery({ queryKey: key, queryFn: () => get<Page<Note>>(`/calls/${callId}/notes?limit=50`) });
  const add = useMutation({
    mutationFn: () => post<Note>(`/calls/${callId}/notes`, { text: text.trim() }),
    onSuccess: () => {
      setText("");
      void queries.invalidateQueries({ queryKey: key });
    },
  });
  return (
    <Stack component="section" gap="xs" aria-labelledby="notes">
      <Title order={3} id="notes">
        {t("notes")}
      </Title>
      {notes.data?.items.map(note => (
        <Paper key={note.id} withBorder p="xs">
          <Text className="prose">{note.text}</Text>
          <Text size="xs" c="dimmed">
            {names.person(note.author)} · {moment(note.created_at, language)}
          </Text>
        </Paper>
      ))}
      <Textarea
        aria-label={t("addNote")}
        placeholder={t("noteHint")}
        autosize
        minRows={2}
        maxLength={20_000}
        value={text}
        onChange={event => setText(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && text.trim()) add.mutate();
        }}
        error={add.isError ? t("unknownError") : null}
      />
      <Group justify="flex-end">
        <Button size="xs" variant="light" disabled={!text.trim()} loading={add.isPending} onClick={() => add.mutate()}>
          {t("addNote")}
        </Button>
      </Group>
    </Stack>
  );
}
