/** What has happened with a customer, newest first: calls by themselves, notes written here. */

import { Button, Card, Group, Skeleton, Stack, Text, Textarea, Title } from "@mantine/core";
import { IconCalendarEvent, IconMessage, IconNote, IconPhone, IconWalk } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";

import { get, post, query } from "../api/client";
import type { Activity, Page } from "../api/types";
import { useNames } from "../live/lists";
import { clock, moment } from "../text/format";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";
import { Failure } from "./Failure";
import { RecordingPlayer } from "./Player";
import { ResultBadge } from "./StatePill";

const KINDS: Record<Activity["kind"], { word: Word; Icon: typeof IconPhone }> = {
  call: { word: "kindCall", Icon: IconPhone },
  meeting: { word: "kindMeeting", Icon: IconCalendarEvent },
  message: { word: "kindMessage", Icon: IconMessage },
  visit: { word: "kindVisit", Icon: IconWalk },
  note: { word: "kindOther", Icon: IconNote },
  other: { word: "kindOther", Icon: IconNote },
};
const SUBJECT_LENGTH = 80;

export function CustomerHistory({ contactId }: { contactId: string }) {
  const { t } = useSpeech();
  const history = useInfiniteQuery({
    queryKey: ["activities", contactId],
    queryFn: ({ pageParam }) =>
      get<Page<Activity>>(`/activities${query({ contact_id: contactId, limit: 30, cursor: pageParam })}`),
    initialPageParam: "",
    getNextPageParam: page => page.next_cursor,
  });
  const items = history.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <Card withBorder component="section" aria-labelledby="history">
      <Title order={2} size="h3" id="history" mb="sm">
        {t("history")}
      </Title>
      <NewNote contactId={contactId} />
      {history.isLoadingError ? (
        <Failure error={history.error} retry={() => void history.refetch()} />
      ) : history.isPending ? (
        <Skeleton height={120} />
      ) : items.length === 0 ? (
        <Text c="dimmed">{t("noHistory")}</Text>
      ) : (
        <ol className="history">
          {items.map(activity => (
            <Entry key={activity.id} activity={activity} />
          ))}
        </ol>
      )}
      {history.hasNextPage && (
        <Button
          variant="light"
          mt="sm"
          mx="auto"
          loading={history.isFetchingNextPage}
          onClick={() => void history.fetchNextPage()}
        >
          {t("more")}
        </Button>
      )}
    </Card>
  );
}

function Entry({ activity }: { activity: Activity }) {
  const { t, language } = useSpeech();
  const names = useNames();
  const [playing, setPlaying] = useState(false);
  const { word, Icon } = KINDS[activity.kind];
  const about = [
    moment(activity.at, language),
    activity.responsible && names.person(activity.responsible),
    activity.talk_s ? clock(activity.talk_s) : null,
  ];
  const ownWords = activity.kind !== "call";
  return (
    <li>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <Icon size={18} className="muted" aria-hidden="true" />
          <div>
            <Text fw={600}>
              {activity.call_id ? (
                <Link to={`/calls?call=${activity.call_id}`} className="plain-link">
                  {t(word)}
                  {activity.direction && ` · ${t(activity.direction)}`}
                </Link>
              ) : (
                t(word)
              )}
            </Text>
            <Text size="xs" c="dimmed" className="tabular">
              {about.filter(Boolean).join(" · ")}
            </Text>
          </div>
        </Group>
        {activity.result && <ResultBadge call={{ result: activity.result, answered_at: null, queue: null }} />}
      </Group>
      {ownWords && (
        <Text mt={4} ml={30} className="prose">
          {activity.text || activity.subject}
        </Text>
      )}
      {activity.recording_id &&
        (playing ? (
          <RecordingPlayer recordingId={activity.recording_id} autoPlay />
        ) : (
          <Button mt={4} ml={30} size="compact-xs" variant="light" onClick={() => setPlaying(true)}>
            {t("play")}
          </Button>
        ))}
    </li>
  );
}

function NewNote({ contactId }: { contactId: string }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const add = useMutation({
    mutationFn: (written: string) =>
      post<Activity>("/activities", {
        kind: "other",
        subject: written.split("\n")[0]?.slice(0, SUBJECT_LENGTH) || "–",
        text: written,
        contact_id: contactId,
      }),
    onSuccess: () => {
      setText("");
      void queries.invalidateQueries({ queryKey: ["activities", contactId] });
    },
  });
  return (
    <Stack gap={6} mb="md">
      <Textarea
        aria-label={t("writeNote")}
        placeholder={t("writeNote")}
        autosize
        minRows={1}
        maxLength={20_000}
        value={text}
        onChange={event => setText(event.currentTarget.value)}
        error={add.isError ? t("unknownError") : null}
      />
      {text.trim() && (
        <Group justify="flex-end">
          <Button size="xs" loading={add.isPending} onClick={() => add.mutate(text.trim())}>
            {t("addToHistory")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
