/** What an agent works with during a call and after it: script, note, task, and what the call came to. */

import { Button, Checkbox, Group, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState, type FormEvent, type ReactNode } from "react";

import { post, put } from "../api/client";
import type { Choice, ScreenPop, Task } from "../api/types";
import { useFault, useMyState } from "../live/actions";
import { useAgents } from "../live/lists";
import { useLive } from "../live/session";
import { useSpeech } from "../text/language";
import { AutoNote } from "./AutoNote";
import { Clock } from "./Clock";
import Script, { useDesk } from "./Script";

const MORE_S = 60;

interface Props {
  pop: ScreenPop;
  endedAt: string | null;
  facts: ReactNode;
  close: () => void;
}

export default function CallDesk({ pop, endedAt, facts, close }: Props) {
  return (
    <Stack gap="sm" mt={endedAt === null ? 0 : "md"}>
      {endedAt === null && facts}
      {endedAt === null && pop.queue && <Script queue={pop.queue} />}
      {pop.call_id !== null && <AutoNote key={pop.call_id} callId={pop.call_id} />}
      <NewTask contactId={pop.card.contact?.id ?? null} />
      {pop.queue && pop.call_id !== null && (
        <Outcome queue={pop.queue} callId={pop.call_id} over={endedAt !== null} close={close} />
      )}
    </Stack>
  );
}

function NewTask({ contactId }: { contactId: string | null }) {
  const { t } = useSpeech();
  const fault = useFault();
  const [title, setTitle] = useState("");
  const [done, setDone] = useState<string[]>([]);
  const add = useMutation({
    mutationFn: () => post<Task>("/tasks", { title: title.trim(), ...(contactId ? { contact_id: contactId } : {}) }),
    onSuccess: task => {
      setDone(before => [...before, task.title]);
      setTitle("");
    },
    onError: fault,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim()) add.mutate();
  };
  return (
    <form onSubmit={submit}>
      {done.map(one => (
        <Text key={one} size="xs" c="dimmed">
          <IconCheck size={12} aria-hidden="true" /> {one}
        </Text>
      ))}
      <Group gap="xs" wrap="nowrap">
        <TextInput
          size="xs"
          className="grow"
          aria-label={t("newTask")}
          placeholder={t("newTask")}
          maxLength={200}
          value={title}
          onChange={event => setTitle(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" variant="default" disabled={!title.trim()} loading={add.isPending}>
          {t("addTask")}
        </Button>
      </Group>
    </form>
  );
}

/** The queue's codes, one click each; the ones that need a note ask for it. */
function Outcome({ queue, callId, over, close }: { queue: string; callId: string; over: boolean; close: () => void }) {
  const { t, language } = useSpeech();
  const { data } = useDesk(queue);
  const [chosen, setChosen] = useState<Choice | null>(null);
  const [note, setNote] = useState("");
  const [ready, setReady] = useState(true);
  const fault = useFault();
  const state = useMyState();
  const save = useMutation({
    mutationFn: (code: string) =>
      put(`/calls/${callId}/disposition`, { code, ...(note.trim() ? { note: note.trim() } : {}) }),
    onSuccess: () => {
      if (!over) return;
      if (ready) state.mutate({ state: "available" });
      close();
    },
    onError: fault,
  });
  useEffect(() => setReady(true), [over]);
  if (!data || data.dispositions.length === 0)
    return over ? (
      <Button variant="light" onClick={close}>
        {t("done")}
      </Button>
    ) : null;
  const wanting = chosen?.needs_note === true && !note.trim();
  return (
    <Stack gap="xs" role="group" aria-label={t("outcome")} data-testid="outcome">
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          {t("outcome")}
        </Text>
        <WrapUp />
      </Group>
      <SimpleGrid cols={2} spacing={6} verticalSpacing={6}>
        {data.dispositions.map(choice => (
          <Button
            key={choice.code}
            size="xs"
            variant={chosen?.code === choice.code ? "filled" : "default"}
            aria-pressed={chosen?.code === choice.code}
            onClick={() => setChosen(choice)}
          >
            {choice.title[language] ?? Object.values(choice.title)[0] ?? choice.code}
          </Button>
        ))}
      </SimpleGrid>
      {chosen && (
        <Textarea
          size="xs"
          autosize
          minRows={1}
          maxLength={2000}
          aria-label={t("outcomeNote")}
          placeholder={t(chosen.needs_note ? "outcomeNoteNeeded" : "outcomeNote")}
          required={chosen.needs_note}
          value={note}
          onChange={event => setNote(event.currentTarget.value)}
        />
      )}
      {over && (
        <Checkbox
          size="xs"
          label={t("thenAvailable")}
          checked={ready}
          onChange={event => setReady(event.currentTarget.checked)}
        />
      )}
      <Button
        size="xs"
        disabled={chosen === null || wanting}
        loading={save.isPending}
        leftSection={save.isSuccess ? <IconCheck size={14} aria-hidden="true" /> : undefined}
        onClick={() => chosen && save.mutate(chosen.code)}
      >
        {t(save.isSuccess && !over ? "saved" : "saveOutcome")}
      </Button>
    </Stack>
  );
}

function WrapUp() {
  const { t } = useSpeech();
  const { session } = useLive();
  const { data } = useAgents();
  const fault = useFault();
  const more = useMutation({ mutationFn: () => post("/agents/me/wrap-up", { extend_s: MORE_S }), onError: fault });
  const me = data?.items.find(agent => agent.login === session?.login);
  if (me?.state !== "wrap_up" || !me.until) return null;
  return (
    <Group gap={6}>
      <Text size="xs">
        {t("wrap_up")}{" "}
        <b>
          <Clock until={me.until} />
        </b>
      </Text>
      <Button size="compact-xs" variant="light" color="violet" loading={more.isPending} onClick={() => more.mutate()}>
        {t("moreWrapUp")}
      </Button>
    </Group>
  );
}
