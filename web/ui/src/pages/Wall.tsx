import { Button, Group, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconHeadset, IconMaximize, IconMinimize, IconUsersGroup } from "@tabler/icons-react";

import { AgentGrid } from "../components/AgentGrid";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { LiveCalls } from "../components/LiveCalls";
import { NightSwitches } from "../components/NightSwitches";
import { QueueCard } from "../components/QueueCard";
import { ThresholdsMenu } from "../components/ThresholdsMenu";
import { WaitingCallbacks } from "../components/WaitingCallbacks";
import { useAlarms, useThresholds } from "../components/useAlarms";
import type { Queue } from "../api/types";
import type { Thresholds } from "../live/thresholds";
import { useCallbacks } from "../live/callbacks";
import { useAgents, useLiveCalls, useNames, useQueues } from "../live/lists";
import { useRights } from "../live/may";
import { useLive } from "../live/session";
import { useSpeech } from "../text/language";
import { useWallMode } from "../components/useWallMode";

/** More of them are drawn smaller, so that they are all seen at once. */
const FEW_QUEUES = 6;

/** The floor at a glance: every queue, every agent and every call, as it is now. */
export default function Wall() {
  const { t } = useSpeech();
  const { full, toggle } = useWallMode();
  const [limits, setLimits] = useThresholds();
  const { may, reach } = useRights();
  const watches = reach("queues.list") !== "own";
  return (
    <Stack gap="xl" className={full ? "wallboard" : ""}>
      <section aria-labelledby="queues">
        <Group justify="space-between" mb="sm" wrap="nowrap">
          <Title order={1} size="h2" id="queues">
            {t("queues")}
          </Title>
          <Group gap={4} wrap="nowrap">
            {watches && !full && <ThresholdsMenu limits={limits} change={setLimits} />}
            <Button
              variant="subtle"
              color="gray"
              size="xs"
              data-full-screen
              leftSection={full ? <IconMinimize size={16} /> : <IconMaximize size={16} />}
              onClick={toggle}
            >
              {t(full ? "leaveFullScreen" : "fullScreen")}
            </Button>
          </Group>
        </Group>
        <Queues limits={watches ? limits : null} says={!full} />
      </section>
      {watches && !full && <NightSwitches mayTurn={may("switches.turn")} />}
      <section aria-labelledby="agents">
        <Title order={2} id="agents" mb="sm">
          {t("agents")}
        </Title>
        <Agents toRead={full} />
      </section>
      {!full && <Callbacks />}
      <section aria-labelledby="live-calls" className="out-of-sight">
        <Title order={2} id="live-calls" mb="sm">
          {t("liveCalls")}
        </Title>
        <Ongoing toRead={full} />
      </section>
    </Stack>
  );
}

/** `says`: what goes beyond a limit is told beside the cards as well. */
function Queues({ limits, says }: { limits: Thresholds | null; says: boolean }) {
  const { t } = useSpeech();
  const queues = useQueues();
  if (queues.isLoadingError) return <Failure error={queues.error} retry={() => void queues.refetch()} />;
  if (queues.isPending) return <Tiles height={212} />;
  if (queues.data.items.length === 0)
    return <Empty icon={<IconUsersGroup />} title={t("noQueues")} hint={t("noQueuesHint")} />;
  const isMany = queues.data.items.length > FEW_QUEUES;
  return (
    <SimpleGrid
      cols={isMany ? { base: 1, xs: 2, sm: 3, lg: 4, xl: 5 } : { base: 1, sm: 2, lg: 3 }}
      spacing={isMany ? "sm" : "md"}
      className="queue-cards"
      data-many={isMany || undefined}
    >
      {queues.data.items.map(queue => (
        <QueueCard key={queue.name} queue={queue} limits={limits} />
      ))}
      {limits && says && <Alarms queues={queues.data.items} limits={limits} />}
    </SimpleGrid>
  );
}

function Alarms({ queues, limits }: { queues: Queue[]; limits: Thresholds }) {
  useAlarms(queues, limits);
  return null;
}

/** Whoever does not see the whole company sees the people of the queues that one sees. */
function Agents({ toRead }: { toRead: boolean }) {
  const { t } = useSpeech();
  const agents = useAgents();
  const names = useNames();
  const { reach } = useRights();
  const { session } = useLive();
  if (agents.isLoadingError) return <Failure error={agents.error} retry={() => void agents.refetch()} />;
  if (agents.isPending) return <Tiles height={72} />;
  if (agents.data.items.length === 0) return <Empty icon={<IconHeadset />} title={t("noAgents")} />;
  const floor =
    reach("queues.list") === "all"
      ? agents.data.items
      : agents.data.items.filter(agent => agent.login === session?.login || names.queues(agent.queues).length > 0);
  return <AgentGrid agents={floor} toRead={toRead} />;
}

function Callbacks() {
  const { t } = useSpeech();
  const callbacks = useCallbacks();
  if (callbacks.isLoadingError) return <Failure error={callbacks.error} retry={() => void callbacks.refetch()} />;
  if (callbacks.isPending || callbacks.data.length === 0) return null;
  return (
    <section aria-labelledby="callbacks">
      <Title order={2} id="callbacks" mb="sm">
        {t("callbacks")}
      </Title>
      <WaitingCallbacks callbacks={callbacks.data} />
    </section>
  );
}

function Ongoing({ toRead }: { toRead: boolean }) {
  const { t } = useSpeech();
  const { reach } = useRights();
  const calls = useLiveCalls();
  if (calls.isLoadingError) return <Failure error={calls.error} retry={() => void calls.refetch()} />;
  if (calls.isPending) return <Skeleton height={96} />;
  return calls.data.items.length === 0 ? (
    <Text c="dimmed">{t(reach("calls.list") === "own" ? "noOwnCalls" : "noLiveCalls")}</Text>
  ) : (
    <LiveCalls calls={calls.data.items} toRead={toRead} />
  );
}

function Tiles({ height }: { height: number }) {
  const { t } = useSpeech();
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} aria-busy="true" role="status" aria-label={t("loading")}>
      {[0, 1, 2].map(tile => (
        <Skeleton key={tile} height={height} radius={8} />
      ))}
    </SimpleGrid>
  );
}
