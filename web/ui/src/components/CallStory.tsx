/** One call's whole story: who, facts, the call in time with its recording, then what happened, how it sounded, its SIP, notes. */

import { Alert, Button, Group, SimpleGrid, Skeleton, Stack, Tabs, Text, Title } from "@mantine/core";
import { IconLock, IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Link } from "react-router";

import { get } from "../api/client";
import type { Call, CallEvent, Page } from "../api/types";
import { useAgents, useNames } from "../live/lists";
import { useRights } from "../live/may";
import { serverNow } from "../live/serverClock";
import { clock, moment } from "../text/format";
import { useSpeech } from "../text/language";
import { CallNotes } from "./CallNotes";
import { CallSentences } from "./CallSentences";
import { CallTimeline } from "./CallTimeline";
import { CallTrace } from "./CallTrace";
import { Clock } from "./Clock";
import { Failure } from "./Failure";
import { PhoneNumber } from "./PhoneNumber";
import { RecordingPlayer } from "./Player";
import { SoundCourse } from "./SoundCourse";
import { ResultBadge } from "./StatePill";

const NO_DURATION = "–";

export function CallStory({ callId, autoPlay = false }: { callId: string; autoPlay?: boolean }) {
  const { t } = useSpeech();
  const { may } = useRights();
  const call = useQuery({ queryKey: ["calls", "one", callId], queryFn: () => get<Call>(`/calls/${callId}`) });
  if (call.isLoadingError) return <Failure error={call.error} retry={() => void call.refetch()} />;
  if (call.isPending) return <Skeleton height={320} radius={8} role="status" aria-label={t("loading")} />;
  return (
    <Stack gap="md">
      <Who call={call.data} />
      <Facts call={call.data} />
      {may("calls.events") ? (
        <Course call={call.data} autoPlay={autoPlay} />
      ) : (
        <Unseen call={call.data} autoPlay={autoPlay} />
      )}
      {may("calls.notes") && <CallNotes callId={callId} />}
    </Stack>
  );
}

function Who({ call }: { call: Call }) {
  const { t, language } = useSpeech();
  const { data: agents } = useAgents();
  const outbound = call.direction === "outbound";
  const number = outbound ? call.dialled : call.caller.number;
  const colleague = agents?.items.find(agent => agent.extension === number)?.name;
  const name = outbound ? colleague : (call.caller.name ?? colleague);
  return (
    <>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Stack gap={2}>
          {name && (
            <Title order={3} size="h2">
              {name}
            </Title>
          )}
          <Text size={name ? "sm" : "xl"} fw={name ? 400 : 600}>
            <PhoneNumber number={number} />
          </Text>
          <Text size="xs" c="dimmed">
            {t(call.direction)} · {moment(call.started_at, language)}
          </Text>
        </Stack>
        <ResultBadge call={call} size="lg" />
      </Group>
      {call.caller.contact_id && (
        <Button
          component={Link}
          to={`/customers/${call.caller.contact_id}`}
          variant="light"
          size="xs"
          leftSection={<IconUser size={16} />}
          w="fit-content"
        >
          {t("openCustomer")}
        </Button>
      )}
    </>
  );
}

function Facts({ call }: { call: Call }) {
  const { t } = useSpeech();
  const names = useNames();
  const live = call.ended_at === null;
  return (
    <SimpleGrid cols={{ base: 2, xs: 3 }} spacing="sm" verticalSpacing="sm" component="dl" m={0}>
      <Fact name={t("dialled")}>
        <PhoneNumber number={call.dialled} />
      </Fact>
      <Fact name={t("queue")}>{call.queue ? names.queue(call.queue) : NO_DURATION}</Fact>
      <Fact name={t("agent")}>{call.agent ? names.person(call.agent) : NO_DURATION}</Fact>
      <Fact name={t("wait")}>
        {live && call.answered_at === null ? <Clock since={call.started_at} /> : clock(call.wait_s)}
      </Fact>
      <Fact name={t("talk")}>
        {live && call.answered_at !== null ? <Clock since={call.answered_at} /> : clock(call.talk_s)}
      </Fact>
      <Fact name={t("endedBy")}>{call.ended_by ? t(call.ended_by) : NO_DURATION}</Fact>
      {call.transfers > 0 && <Fact name={t("transfers")}>{call.transfers}</Fact>}
      {call.rating !== null && <Fact name={t("rating")}>{t("ofFive", { rating: call.rating })}</Fact>}
    </SimpleGrid>
  );
}

/** The call in time, and what is told of it, one tab for each way to look at it. */
function Course({ call, autoPlay }: { call: Call; autoPlay: boolean }) {
  const { t } = useSpeech();
  const { may } = useRights();
  const [seek, setSeek] = useState<{ to: number } | null>(null);
  const events = useQuery({
    queryKey: ["calls", "events", call.id],
    queryFn: () => get<Page<CallEvent>>(`/calls/${call.id}/events?limit=500`),
  });
  if (events.isLoadingError) return <Failure error={events.error} retry={() => void events.refetch()} />;
  if (events.isPending) return <Skeleton height={160} role="status" aria-label={t("loading")} />;
  const told = events.data.items;
  const heard = call.recording_id !== null && call.ended_at !== null;
  return (
    <>
      <CallTimeline
        call={call}
        events={told}
        end={call.ended_at ?? new Date(serverNow()).toISOString()}
        autoPlay={autoPlay}
        seek={seek}
      />
      <Tabs defaultValue="happened" keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="happened">{t("whatHappened")}</Tabs.Tab>
          {call.ended_at !== null && <Tabs.Tab value="sound">{t("soundTab")}</Tabs.Tab>}
          {may("calls.trace") && (
            <Tabs.Tab value="sip" data-testid="trace">
              {t("sipTrace")}
            </Tabs.Tab>
          )}
        </Tabs.List>
        <Tabs.Panel value="happened">
          <CallSentences events={told} started={call.started_at} seek={heard ? to => setSeek({ to }) : null} />
        </Tabs.Panel>
        <Tabs.Panel value="sound">
          <SoundCourse events={told} started={call.started_at} ended={call.ended_at ?? call.started_at} />
        </Tabs.Panel>
        <Tabs.Panel value="sip">
          <CallTrace callId={call.id} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

/** Whose role does not see events hears the recording all the same, when it may. */
function Unseen({ call, autoPlay }: { call: Call; autoPlay: boolean }) {
  const { t } = useSpeech();
  return (
    <>
      {call.recording_id && call.ended_at !== null && (
        <RecordingPlayer key={call.recording_id} recordingId={call.recording_id} autoPlay={autoPlay} />
      )}
      <Alert variant="light" color="gray" icon={<IconLock size={18} aria-hidden="true" />} data-testid="story-locked">
        {t("storyLocked")}
      </Alert>
    </>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed" component="dt">
        {name}
      </Text>
      <Text component="dd" m={0} className="tabular">
        {children}
      </Text>
    </div>
  );
}
