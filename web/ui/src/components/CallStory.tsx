/** One call's whole story: facts, parts in time, recording, notes, and what happened, sentence by sentence. */

import { Button, Group, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { get } from "../api/client";
import type { Call, CallEvent, Page } from "../api/types";
import { useNames } from "../live/lists";
import { useRights } from "../live/may";
import { serverNow } from "../live/serverClock";
import { clock, moment } from "../text/format";
import { useSpeech } from "../text/language";
import { phases, type PhaseKind } from "../text/phases";
import { story } from "../text/story";
import type { Word } from "../text/words";
import { CallNotes } from "./CallNotes";
import { CallTrace } from "./CallTrace";
import { Clock } from "./Clock";
import { Failure } from "./Failure";
import { PhoneNumber } from "./PhoneNumber";
import { RecordingPlayer } from "./Player";
import { SoundCourse } from "./SoundCourse";
import { ResultBadge } from "./StatePill";

const NO_DURATION = "–";

export function CallStory({ callId, autoPlay = false }: { callId: string; autoPlay?: boolean }) {
  const { t, language } = useSpeech();
  const names = useNames();
  const { may } = useRights();
  const call = useQuery({ queryKey: ["calls", "one", callId], queryFn: () => get<Call>(`/calls/${callId}`) });
  const events = useQuery({ queryKey: ["calls", "events", callId], queryFn: () => get<Page<CallEvent>>(`/calls/${callId}/events?limit=500`) });
  if (call.isError) return <Failure error={call.error} retry={() => void call.refetch()} />;
  if (call.isPending) return <Skeleton height={320} radius={8} role="status" aria-label={t("loading")} />;
  const { data } = call;
  const live = data.ended_at === null;
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Stack gap={2}>
          {data.caller.name && <Title order={3} size="h2">{data.caller.name}</Title>}
          <PhoneNumber number={data.caller.number} />
          <Text size="xs" c="dimmed">{t(data.direction)} · {moment(data.started_at, language)}</Text>
        </Stack>
        <ResultBadge call={data} size="lg" />
      </Group>
      {data.caller.contact_id && (
        <Button component={Link} to={`/customers/${data.caller.contact_id}`} variant="light" size="xs" leftSection={<IconUser size={16} />} w="fit-content">
          {t("openCustomer")}
        </Button>
      )}
      <SimpleGrid cols={{ base: 2, xs: 3 }} spacing="sm" verticalSpacing="sm" component="dl" m={0}>
        <Fact name={t("dialled")}><PhoneNumber number={data.dialled} /></Fact>
        <Fact name={t("queue")}>{data.queue ? names.queue(data.queue) : NO_DURATION}</Fact>
        <Fact name={t("agent")}>{data.agent ? names.person(data.agent) : NO_DURATION}</Fact>
        <Fact name={t("wait")}>{live && data.answered_at === null ? <Clock since={data.started_at} /> : clock(data.wait_s)}</Fact>
        <Fact name={t("talk")}>{live && data.answered_at !== null ? <Clock since={data.answered_at} /> : clock(data.talk_s)}</Fact>
        <Fact name={t("endedBy")}>{data.ended_by ? t(data.ended_by) : NO_DURATION}</Fact>
        {data.transfers > 0 && <Fact name={t("transfers")}>{data.transfers}</Fact>}
        {data.rating !== null && <Fact name={t("rating")}>{t("ofFive", { rating: data.rating })}</Fact>}
      </SimpleGrid>
      {events.data && <Parts events={events.data.items} end={data.ended_at ?? new Date(serverNow()).toISOString()} />}
      {events.data && !live && <SoundCourse events={events.data.items} started={data.started_at} ended={data.ended_at ?? data.started_at} />}
      {data.recording_id && !live && <RecordingPlayer key={data.recording_id} recordingId={data.recording_id} autoPlay={autoPlay} />}
      <section aria-labelledby="what-happened">
        <Title order={3} id="what-happened" mb="xs">{t("whatHappened")}</Title>
        {events.isPending ? <Skeleton height={160} /> : events.data && <Sentences events={events.data.items} started={data.started_at} />}
      </section>
      <CallNotes callId={callId} />
      {may("calls.trace") && <CallTrace callId={callId} />}
    </Stack>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed" component="dt">{name}</Text>
      <Text component="dd" m={0} className="tabular">{children}</Text>
    </div>
  );
}

function Sentences({ events, started }: { events: CallEvent[]; started: string }) {
  const { t } = useSpeech();
  const names = useNames();
  return (
    <ol className="story" data-testid="story">
      {story(events, t, names).map((told) => (
        <li key={told.id} data-tone={told.tone}>
          <Text span size="xs" c="dimmed" className="tabular story-time">{clock((Date.parse(told.at) - Date.parse(started)) / 1000)}</Text>
          <Text span>{told.text}</Text>
        </li>
      ))}
    </ol>
  );
}

const PHASE_WORDS: Record<PhaseKind, Word> = {
  menu: "phaseMenu",
  queue: "phaseQueue",
  ring: "phaseRing",
  talk: "phaseTalk",
  hold: "phaseHold",
  voicemail: "phaseVoicemail",
};

/** The parts on one line, each as long as it took; the words stand below, so that short parts can be read too. */
function Parts({ events, end }: { events: CallEvent[]; end: string }) {
  const { t } = useSpeech();
  const parts = phases(events, end);
  const total = parts.reduce((sum, part) => sum + part.to_s - part.from_s, 0);
  if (total <= 0) return null;
  return (
    <div>
      <svg className="parts" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
        {parts.map((part) => (
          <rect key={part.from_s} x={((part.from_s - (parts[0]?.from_s ?? 0)) / total) * 1000} width={Math.max(4, ((part.to_s - part.from_s) / total) * 1000 - 3)} height="10" className={`part-${part.kind}`} />
        ))}
      </svg>
      <Group component="ul" gap="sm" className="part-words">
        {parts.map((part) => (
          <Text component="li" key={part.from_s} size="xs" c="dimmed" className={`part-word part-word-${part.kind} tabular`}>
            {t(PHASE_WORDS[part.kind])} {clock(Math.round(part.to_s - part.from_s))}
          </Text>
        ))}
      </Group>
    </div>
  );
}
