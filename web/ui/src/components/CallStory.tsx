/** One call's whole story: facts, recording, every event in order. */

import { Badge, Drawer, Group, SimpleGrid, Skeleton, Stack, Text, Timeline } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { get } from "../api/client";
import type { Call, CallEvent, Page } from "../api/types";
import { clock } from "../text/format";
import { useSpeech } from "../text/language";
import { resultColour } from "../theme";
import { Failure } from "./Failure";
import { PhoneNumber } from "./PhoneNumber";
import { Player } from "./Player";

export function CallStory({ callId, close }: { callId: string | null; close: () => void }) {
  const { t } = useSpeech();
  return (
    <Drawer opened={callId !== null} onClose={close} position="right" size="md" title={t("story")} closeButtonProps={{ "aria-label": t("dismiss") }}>
      {callId !== null && <Story callId={callId} />}
    </Drawer>
  );
}

function Story({ callId }: { callId: string }) {
  const { t } = useSpeech();
  const call = useQuery({ queryKey: ["calls", "one", callId], queryFn: () => get<Call>(`/calls/${callId}`) });
  const events = useQuery({ queryKey: ["calls", "events", callId], queryFn: () => get<Page<CallEvent>>(`/calls/${callId}/events?limit=200`) });
  if (call.isError) return <Failure error={call.error} retry={() => void call.refetch()} />;
  if (call.isPending) return <Skeleton height={240} radius={8} />;
  const { data } = call;
  return (
    <Stack>
      <Group justify="space-between">
        <div>
          {data.caller.name && <Text size="xl" fw={600}>{data.caller.name}</Text>}
          <PhoneNumber number={data.caller.number} />
        </div>
        {data.result && <Badge color={resultColour[data.result]} variant="light" tt="none" size="lg">{t(data.result)}</Badge>}
      </Group>
      <SimpleGrid cols={2} spacing="xs" verticalSpacing="xs">
        <Fact name={t("dialled")}><PhoneNumber number={data.dialled} /></Fact>
        <Fact name={t("queue")}>{data.queue ?? "–"}</Fact>
        <Fact name={t("agent")}>{data.agent ?? "–"}</Fact>
        <Fact name={t("endedBy")}>{data.ended_by ? t(data.ended_by) : "–"}</Fact>
        <Fact name={t("wait")}>{clock(data.wait_s)}</Fact>
        <Fact name={t("talk")}>{clock(data.talk_s)}</Fact>
        {data.transfers > 0 && <Fact name={t("transfers")}>{data.transfers}</Fact>}
        {data.rating !== null && <Fact name={t("rating")}>{data.rating}</Fact>}
      </SimpleGrid>
      {data.recording_id && data.ended_at && <Player recordingId={data.recording_id} open />}
      {events.data && <Events events={[...events.data.items].sort((one, other) => one.at.localeCompare(other.at) || one.id.localeCompare(other.id))} started={data.started_at} />}
    </Stack>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">{name}</Text>
      <Text component="div" className="tabular">{children}</Text>
    </div>
  );
}

const SPOKEN = ["menu", "queue", "login", "extension", "kind", "keys", "cause", "result", "to", "slot"];

function Events({ events, started }: { events: CallEvent[]; started: string }) {
  return (
    <Timeline bulletSize={12} lineWidth={2} active={events.length}>
      {events.map((event) => (
        <Timeline.Item key={event.id} title={<Text size="sm" fw={600}>{event.type}</Text>}>
          <Text size="xs" c="dimmed" className="tabular">
            +{clock((Date.parse(event.at) - Date.parse(started)) / 1000)}
            {SPOKEN.filter((name) => typeof event[name] === "string" || typeof event[name] === "number").map((name) => ` · ${String(event[name])}`)}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
