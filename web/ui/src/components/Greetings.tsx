/** What callers hear before the beep, for each box that one speaks for: record it here or upload it, hear it, take it away. */

import { Button, Card, FileButton, Group, Stack, Text, Title } from "@mantine/core";
import { IconMicrophone, IconPlayerStop, IconTrash, IconUpload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { get, upload } from "../api/client";
import type { Greeting, Greetings as Shown } from "../api/schema";
import { useRights } from "../live/may";
import { useRecorder } from "../media/useRecorder";
import { moment } from "../text/format";
import { useSpeech } from "../text/language";
import { Clock } from "./Clock";
import { useUndoableRemoval } from "./useUndoableRemoval";
import { WrongText } from "./WrongText";

const KEY = ["greetings"];
const path = (box: string) => `/greetings/${encodeURIComponent(box)}`;

export function Greetings() {
  const { t } = useSpeech();
  const { may } = useRights();
  const greetings = useQuery({
    queryKey: KEY,
    queryFn: () => get<Shown>("/greetings"),
    enabled: may("greetings.list"),
  });
  const items = greetings.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="greetings">
      <Title order={2} size="h3" id="greetings" mb={4}>
        {t("greetings")}
      </Title>
      <Text c="dimmed" mb="sm">
        {t("greetingsHint")}
      </Text>
      <Stack gap="xs" maw={820}>
        {items.map(one => (
          <Row key={one.box} greeting={one} />
        ))}
      </Stack>
    </section>
  );
}

function Row({ greeting }: { greeting: Greeting }) {
  const { t, language } = useSpeech();
  const { may } = useRights();
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: KEY });
  const { leaving, take, dismiss } = useUndoableRemoval(again);
  const keep = useMutation({
    mutationFn: (file: Blob) => upload("PUT", path(greeting.box), file, "audio/wav"),
    onMutate: () => dismiss(path(greeting.box)),
    onSuccess: again,
  });
  const recorded = leaving.has(path(greeting.box)) ? null : greeting.recorded_at;
  const recorder = useRecorder(wav => keep.mutate(wav));
  const name = greeting.title ? `${greeting.box} · ${greeting.title}` : greeting.box;
  const fault = recorder.failed ? t("noMicrophone") : keep.error?.message;
  return (
    <Card withBorder padding="sm" data-testid={`greeting-${greeting.box}`}>
      <Group gap="sm" justify="space-between">
        <div>
          <Text fw={600}>{name}</Text>
          <Text size="xs" c="dimmed">
            {recorded ? t("greetingRecorded", { when: moment(recorded, language) }) : t("greetingSpoken")}
          </Text>
        </div>
        <Group gap="xs">
          {recorded && (
            <audio
              controls
              preload="none"
              className="greeting-sound"
              aria-label={t("greetingOf", { name })}
              src={`/api/v1${path(greeting.box)}?${encodeURIComponent(recorded)}`}
            />
          )}
          {may("greetings.record") &&
            (recorder.since === null ? (
              <>
                <Button
                  size="compact-sm"
                  variant="light"
                  leftSection={<IconMicrophone size={14} aria-hidden="true" />}
                  loading={keep.isPending}
                  aria-label={t("greetingRecord", { name })}
                  onClick={recorder.start}
                >
                  {t("recordHere")}
                </Button>
                <FileButton accept="audio/wav,.wav" onChange={file => file && keep.mutate(file)}>
                  {props => (
                    <Button
                      {...props}
                      size="compact-sm"
                      variant="subtle"
                      leftSection={<IconUpload size={14} aria-hidden="true" />}
                      loading={keep.isPending}
                      aria-label={t("greetingUpload", { name })}
                    >
                      {t("uploadWav")}
                    </Button>
                  )}
                </FileButton>
              </>
            ) : (
              <Button
                size="compact-sm"
                color="red"
                leftSection={<IconPlayerStop size={14} aria-hidden="true" />}
                onClick={recorder.stop}
              >
                {t("stopAndKeep")}&ensp;
                <Clock since={recorder.since} />
              </Button>
            ))}
          {recorded && may("greetings.delete") && (
            <Button
              size="compact-sm"
              variant="subtle"
              color="red"
              leftSection={<IconTrash size={14} aria-hidden="true" />}
              aria-label={t("greetingDrop", { name })}
              onClick={() => void take(path(greeting.box), t("greetingRemoved", { name }))}
            >
              {t("remove")}
            </Button>
          )}
        </Group>
      </Group>
      {fault && (
        <WrongText size="sm" mt={4}>
          {fault}
        </WrongText>
      )}
    </Card>
  );
}
