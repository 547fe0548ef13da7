/** What callers hear: the machine's voice, or a recording that is uploaded or made right here. */

import {
  Badge,
  Button,
  FileButton,
  Group,
  NativeSelect,
  Paper,
  Skeleton,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconMicrophone, IconPlayerPlay, IconPlayerStop, IconSearch, IconUpload } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { blob, promptUrl, remove, upload } from "../api/client";
import { Failure } from "../components/Failure";
import { MorePages } from "../components/MorePages";
import { useAddress } from "../live/useAddress";
import { usePages } from "../live/usePages";
import { useRecorder } from "../media/useRecorder";
import { choiceLabel } from "./labels";
import { useAdmin } from "./words";

interface Prompt {
  folder: string;
  name: string;
  text: string;
  recorded_at: string | null;
}

const TYPING_MS = 250;
const SHOWN = 40;
let playing: HTMLAudioElement | null = null;

function play(source: string): void {
  playing?.pause();
  playing = new Audio(source);
  void playing.play();
}

export default function Prompts() {
  const { a, language } = useAdmin();
  const { address, change } = useAddress();
  const folder = address.get("folder") ?? language;
  const sought = address.get("q") ?? "";
  const [text, setText] = useState(sought);
  const seek = useDebouncedCallback((q: string) => change({ q, pages: null }), TYPING_MS);
  const prompts = usePages<Prompt>({
    key: ["prompts", folder, sought],
    path: "/prompts",
    asked: { folder, q: sought },
    limit: SHOWN,
  });
  const { rows } = prompts;
  return (
    <Stack>
      <Title order={1} size="h2">
        {a("prompts")}
      </Title>
      <Try />
      <Group>
        <NativeSelect
          aria-label={a("promptName")}
          value={folder}
          data={[
            { value: "es", label: choiceLabel("es", language) },
            { value: "en", label: choiceLabel("en", language) },
            { value: "music", label: a("music") },
          ]}
          onChange={event => change({ folder: event.currentTarget.value, pages: null })}
        />
        <TextInput
          type="search"
          data-search
          aria-label={a("search")}
          placeholder={a("search")}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          maxLength={60}
          value={text}
          onChange={event => {
            setText(event.currentTarget.value);
            seek(event.currentTarget.value.trim());
          }}
        />
      </Group>
      <OwnPrompt folder={folder} />
      {prompts.isError && <Failure error={prompts.error} retry={() => void prompts.refetch()} />}
      {prompts.isPending && <Skeleton height={160} />}
      {prompts.isSuccess && rows.length === 0 && <Text c="dimmed">{a("noPrompts")}</Text>}
      {rows.length > 0 && (
        <ul className="history sheet audit">
          {rows.map(prompt => (
            <li key={`${prompt.folder}/${prompt.name}`} data-testid={`prompt-${prompt.name}`}>
              <Row prompt={prompt} />
            </li>
          ))}
        </ul>
      )}
      <MorePages list={prompts} />
    </Stack>
  );
}

function useKeep(folder: string, name: string) {
  const { a } = useAdmin();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wav: Blob) =>
      upload<{ duration_s: number }>("PUT", `/prompts/${folder}/${encodeURIComponent(name)}`, wav, "audio/wav"),
    onSuccess: () => {
      notifications.show({ message: a("promptKept"), color: "green" });
      void queries.invalidateQueries({ queryKey: ["prompts"] });
    },
    onError: error => notifications.show({ message: error.message, color: "red" }),
  });
}

function Row({ prompt }: { prompt: Prompt }) {
  const { a } = useAdmin();
  const queries = useQueryClient();
  const listen = useMutation({
    mutationFn: async () => {
      if (prompt.recorded_at)
        return `${promptUrl(prompt.folder, prompt.name)}?${encodeURIComponent(prompt.recorded_at)}`;
      return URL.createObjectURL(
        await blob("POST", "/prompts/speak", { text: prompt.text.replace(/\{\w+\}/g, "3"), language: prompt.folder }),
      );
    },
    onSuccess: source => play(source.startsWith("blob:") ? source : (source.split("?")[0] ?? source)),
  });
  const machine = useMutation({
    mutationFn: () => remove<void>(`/prompts/${prompt.folder}/${encodeURIComponent(prompt.name)}`),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["prompts"] }),
  });
  return (
    <Group justify="space-between" align="flex-start">
      <div className="grow">
        <Group gap="xs">
          <Text size="sm">{prompt.text || prompt.name}</Text>
          <Badge variant="light" tt="none" color={prompt.recorded_at ? "green" : "gray"}>
            {a(prompt.recorded_at ? "recorded" : "spoken")}
          </Badge>
        </Group>
        {prompt.text && (
          <Text size="xs" c="dimmed">
            {prompt.name}
          </Text>
        )}
      </div>
      <Group gap={4}>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlayerPlay size={14} aria-hidden="true" />}
          aria-label={`${a("listen")}: ${prompt.name}`}
          loading={listen.isPending}
          onClick={() => listen.mutate()}
        >
          {a("listen")}
        </Button>
        <Make folder={prompt.folder} name={prompt.name} />
        {prompt.recorded_at && (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => machine.mutate()}>
            {a(prompt.text ? "useMachine" : "remove")}
          </Button>
        )}
      </Group>
    </Group>
  );
}

/** Upload a file, or record with the microphone. */
function Make({ folder, name }: { folder: string; name: string }) {
  const { a } = useAdmin();
  const keep = useKeep(folder, name);
  const recorder = useRecorder(wav => keep.mutate(wav));
  useEffect(() => {
    if (recorder.failed) notifications.show({ message: a("noMicrophone"), color: "red" });
  }, [recorder.failed, a]);
  return (
    <>
      <FileButton accept="audio/wav,.wav" onChange={file => file && keep.mutate(file)}>
        {props => (
          <Button
            {...props}
            size="compact-sm"
            variant="subtle"
            leftSection={<IconUpload size={14} aria-hidden="true" />}
            loading={keep.isPending}
            aria-label={`${a("upload")}: ${name}`}
          >
            {a("upload")}
          </Button>
        )}
      </FileButton>
      {recorder.since !== null ? (
        <Button
          size="compact-sm"
          color="red"
          variant="light"
          leftSection={<IconPlayerStop size={14} aria-hidden="true" />}
          onClick={recorder.stop}
        >
          {a("stopRecording")}
        </Button>
      ) : (
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconMicrophone size={14} aria-hidden="true" />}
          aria-label={`${a("record")}: ${name}`}
          onClick={recorder.start}
        >
          {a("record")}
        </Button>
      )}
    </>
  );
}

/** A text as the machine speaks it, before it stands anywhere. */
function Try() {
  const { a, language } = useAdmin();
  const [text, setText] = useState("");
  const [voice, setVoice] = useState<string>(language);
  const speak = useMutation({
    mutationFn: () => blob("POST", "/prompts/speak", { text, language: voice }),
    onSuccess: sound => play(URL.createObjectURL(sound)),
  });
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Textarea
          label={a("tryText")}
          autosize
          minRows={2}
          maxLength={2000}
          value={text}
          error={speak.isError ? speak.error.message : null}
          onChange={event => setText(event.currentTarget.value)}
        />
        <Group>
          <NativeSelect
            aria-label={a("spoken")}
            value={voice}
            data={["es", "en"].map(one => ({ value: one, label: choiceLabel(one, language) }))}
            onChange={event => setVoice(event.currentTarget.value)}
          />
          <Button
            variant="light"
            leftSection={<IconPlayerPlay size={16} aria-hidden="true" />}
            disabled={text.trim() === ""}
            loading={speak.isPending}
            onClick={() => speak.mutate()}
          >
            {a("listen")}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

function OwnPrompt({ folder }: { folder: string }) {
  const { a } = useAdmin();
  const [name, setName] = useState("");
  return (
    <Paper withBorder p="md">
      <Group align="flex-end">
        <TextInput
          label={a("ownPrompt")}
          value={name}
          maxLength={64}
          onChange={event => setName(event.currentTarget.value.toLowerCase().replace(/[^a-z0-9._-]/g, "-"))}
        />
        {name && <Make folder={folder} name={name} />}
      </Group>
    </Paper>
  );
}
