import { Card, Group, Progress, RingProgress, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconHeadset, IconUsersGroup } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";

import { get } from "../api/client";
import type { Agent, Page, Queue } from "../api/types";
import { Clock } from "../components/Clock";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { StatePill } from "../components/StatePill";
import { clock, percent } from "../text/format";
import { useSpeech } from "../text/language";

const WAIT_LIMIT_S = 120;
const REFRESH_WHILE_WAITING_MS = 5000;

/** The floor at a glance: every queue and every agent, as it is now. */
export function Wall() {
  const { t } = useSpeech();
  const queues = useQuery({
    queryKey: ["queues"],
    queryFn: () => get<Page<Queue>>("/queues"),
    refetchInterval: (query) =>
      query.state.status === "error" || query.state.data?.items.some((queue) => queue.waiting > 0) ? REFRESH_WHILE_WAITING_MS : false,
  });
  const agents = useQuery({ queryKey: ["agents"], queryFn: () => get<Page<Agent>>("/agents") });
  return (
    <Stack gap="xl">
      <section aria-labelledby="queues">
        <Title order={2} id="queues" mb="sm">{t("queues")}</Title>
        {queues.isError ? (
          <Failure error={queues.error} retry={() => void queues.refetch()} />
        ) : queues.isPending ? (
          <Tiles height={150} />
        ) : queues.data.items.length === 0 ? (
          <Empty icon={<IconUsersGroup />} title={t("noQueues")} hint={t("noQueuesHint")} />
        ) : (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            {byName(queues.data.items).map((queue) => <QueueCard key={queue.name} queue={queue} />)}
          </SimpleGrid>
        )}
      </section>
      <section aria-labelledby="agents">
        <Title order={2} id="agents" mb="sm">{t("agents")}</Title>
        {agents.isError ? (
          <Failure error={agents.error} retry={() => void agents.refetch()} />
        ) : agents.isPending ? (
          <Tiles height={72} />
        ) : agents.data.items.length === 0 ? (
          <Empty icon={<IconHeadset />} title={t("noAgents")} />
        ) : (
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3, lg: 4 }}>
            {agents.data.items.map((agent) => <AgentCard key={agent.login} agent={agent} />)}
          </SimpleGrid>
        )}
      </section>
    </Stack>
  );
}

const byName = (queues: Queue[]) => [...queues].sort((one, other) => one.name.localeCompare(other.name));

function Tiles({ height }: { height: number }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
      {[0, 1, 2].map((tile) => <Skeleton key={tile} height={height} radius={8} />)}
    </SimpleGrid>
  );
}

function QueueCard({ queue }: { queue: Queue }) {
  const { t, language } = useSpeech();
  const share = queue.service_level;
  const late = (queue.longest_wait_s / WAIT_LIMIT_S) * 100;
  const level = percent(share, language);
  return (
    <Card withBorder padding="lg" data-testid={`queue-${queue.name}`}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={0}>
          <Text fw={600}>{queue.title || queue.name}</Text>
          <Group gap={8} align="baseline">
            <Text className="big-number tabular">{queue.waiting}</Text>
            <Text c="dimmed">{t("waiting")}</Text>
          </Group>
        </Stack>
        <RingProgress
          size={84}
          thickness={8}
          roundCaps
          aria-label={`${t("serviceLevel")}: ${level ?? t("noData")}`}
          sections={share === null ? [] : [{ value: share * 100, color: share >= 0.8 ? "green" : share >= 0.6 ? "yellow" : "red" }]}
          label={<Text ta="center" size="xs" fw={600} className="tabular">{level ?? "–"}</Text>}
        />
      </Group>
      <Group justify="space-between" mt="xs">
        <Text size="xs" c="dimmed">{t("longestWait")}</Text>
        <Text size="xs" className="tabular">{clock(queue.longest_wait_s)}</Text>
      </Group>
      <Progress mt={4} value={Math.min(100, late)} color={late > 75 ? "red" : late > 30 ? "yellow" : "green"} aria-label={t("longestWait")} />
    </Card>
  );
}

function AgentCard({ agent }: { agent: Agent }) {
  return (
    <Card withBorder padding="sm" data-testid={`agent-${agent.login}`}>
      <Group justify="space-between" wrap="nowrap">
        <Stack gap={0} miw={0}>
          <Text fw={600} truncate>{agent.name ?? agent.login}</Text>
          <Text size="xs" c="dimmed" truncate>
            {agent.extension} {agent.queues && agent.queues.length > 0 && `· ${agent.queues.join(", ")}`}
          </Text>
        </Stack>
        <Stack gap={2} align="flex-end">
          <StatePill state={agent.state} />
          <Text size="xs" c="dimmed">
            {agent.state === "wrap_up" && agent.until ? <Clock until={agent.until} /> : <Clock since={agent.since ?? null} />}
          </Text>
        </Stack>
      </Group>
    </Card>
  );
}
