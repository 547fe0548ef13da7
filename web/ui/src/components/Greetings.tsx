/** What callers hear before the beep, for each box that one speaks for: upload a recording, hear it, take it away. */

import { Button, FileButton, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { get, remove, upload } from "../api/client";
import type { Greeting, Greetings as Shown } from "../api/schema";
import { moment } from "../text/format";
import { useSpeech } from "../text/language";

const KEY = ["greetings"];
const path = (box: string) => `/greetings/${encodeURIComponent(box)}`;

export function Greetings() {
  const { t } = useSpeech();
  const greetings = useQuery({ queryKey: KEY, queryFn: () => get<Shown>("/greetings") });
  const items = greetings.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="greetings">
      <Title order={2} size="h3" id="greetings" mb="xs">{t("greetings")}</Title>
      <Stack gap="xs" maw={820}>{items.map((one) => <Row key={one.box} greeting={one} />)}</Stack>
    </section>
  );
}

function Row({ greeting }: { greeting: Greeting }) {
  const { t, language } = useSpeech();
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: KEY });
  const keep = useMutation({ mutationFn: (file: File) => upload("PUT", path(greeting.box), file, "audio/wav"), onSuccess: again });
  const drop = useMutation({ mutationFn: () => remove<void>(path(greeting.box)), onSuccess: again });
  const name = greeting.title ? `${greeting.box} · ${greeting.title}` : greeting.box;
  const fault = keep.error ?? drop.error;
  return (
    <Group gap="sm" data-testid={`greeting-${greeting.box}`}>
      <Text fw={500} w={200} truncate>{name}</Text>
      <Text size="sm" c="dimmed">{greeting.recorded_at ? moment(greeting.recorded_at, language) : t("greetingSpoken")}</Text>
      {greeting.recorded_at && <audio controls preload="none" aria-label={t("greetingOf", { name })} src={`/api/v1${path(greeting.box)}?${encodeURIComponent(greeting.recorded_at)}`} />}
      <FileButton accept="audio/wav,.wav" onChange={(file) => file && keep.mutate(file)}>
        {(props) => <Button {...props} size="compact-sm" variant="light" loading={keep.isPending} aria-label={t("greetingUpload", { name })}>{t("uploadWav")}</Button>}
      </FileButton>
      {greeting.recorded_at && <Button size="compact-sm" variant="subtle" color="red" loading={drop.isPending} aria-label={t("greetingDrop", { name })} onClick={() => drop.mutate()}>{t("remove")}</Button>}
      {fault && <Text size="sm" c="red" role="alert">{fault.message}</Text>}
    </Group>
  );
}
