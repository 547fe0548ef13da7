/** Everybody in a steady order, with state and timer; the states above count, and filter when clicked. */

import { Card, Chip, Group, SimpleGrid, Stack, Text, Tooltip } from "@mantine/core";
import { IconHeadset, IconMoon, IconPlugConnectedX } from "@tabler/icons-react";
import { memo, useState } from "react";

import type { Agent, AgentState } from "../api/types";
import { useBreaks } from "../live/breaks";
import { useNames, type Names } from "../live/lists";
import { useRights } from "../live/may";
import { useSpeech } from "../text/language";
import { AgentMenu } from "./AgentMenu";
import { Clock } from "./Clock";
import { Empty } from "./Empty";
import { STATE_ICONS, StatePill, stateWord } from "./StatePill";
import { useFlash } from "./useFlash";

const ORDER: AgentState[] = ["available", "ringing", "talking", "wrap_up", "break", "offline"];

/** More of them stand closer together. */
const FEW = 16;

export function AgentGrid({ agents, toRead = false }: { agents: Agent[]; toRead?: boolean }) {
  const { t } = useSpeech();
  const names = useNames();
  const { may } = useRights();
  const changes = !toRead && (may("agents.set") || may("agents.set_queues"));
  const [only, setOnly] = useState<AgentState | null>(null);
  const shown = agents.filter(agent => (only === null ? !toRead || agent.state !== "offline" : agent.state === only));
  const isMany = shown.length > FEW;
  return (
    <Stack gap="sm">
      <Group gap={6} role="group" aria-label={t("agents")}>
        {ORDER.map(state => {
          const count = agents.filter(agent => agent.state === state).length;
          if (count === 0 && only !== state) return null;
          const Icon = STATE_ICONS[state];
          return (
            <Chip
              key={state}
              size="xs"
              variant="outline"
              icon={<Icon size={12} />}
              checked={only === state}
              onChange={on => setOnly(on ? state : null)}
            >
              <b className="tabular">{count}</b> {t(stateWord(state))}
            </Chip>
          );
        })}
      </Group>
      {shown.length === 0 ? (
        <Empty icon={<IconHeadset />} title={t("noAgentsInState")} />
      ) : (
        <SimpleGrid
          cols={isMany ? { base: 2, sm: 3, md: 4, lg: 5, xl: 6 } : { base: 1, xs: 2, md: 3, xl: 4 }}
          spacing={isMany ? "xs" : "sm"}
          className="agent-cards"
          data-many={isMany || undefined}
        >
          {shown.map(agent => (
            <AgentCard key={agent.login} agent={agent} names={names} changes={changes} />
          ))}
        </SimpleGrid>
      )}
    </Stack>
  );
}

const AgentCard = memo(function AgentCard({ agent, names, changes }: { agent: Agent; names: Names; changes: boolean }) {
  const { t } = useSpeech();
  const card = useFlash<HTMLDivElement>(agent.state);
  const { said } = useBreaks();
  return (
    <Card
      withBorder
      padding="sm"
      data-testid={`agent-${agent.login}`}
      data-state={agent.state}
      ref={card}
      component="article"
      aria-label={agent.name}
      className="agent-card"
    >
      <Group justify="space-between" wrap="nowrap" align="flex-start" className="agent-facts">
        <Stack gap={2} miw={0}>
          <Group gap={6} wrap="nowrap">
            <Text fw={600} truncate>
              {agent.name}
            </Text>
            {!agent.reachable && agent.state !== "offline" && (
              <Tooltip label={t("notReachable")}>
                <IconPlugConnectedX size={16} role="img" aria-label={t("notReachable")} className="warning" />
              </Tooltip>
            )}
            {agent.asleep && agent.state !== "offline" && (
              <Tooltip label={t("asleep")}>
                <IconMoon size={16} role="img" aria-label={t("asleep")} />
              </Tooltip>
            )}
          </Group>
          <Text size="xs" c="dimmed" lineClamp={2} className="agent-queues">
            {[agent.extension, ...names.queues(agent.queues)].join(" · ")}
          </Text>
        </Stack>
        <Stack gap={2} align="flex-end">
          <Group gap={4} wrap="nowrap">
            <StatePill state={agent.state} />
            {changes && <AgentMenu agent={agent} />}
          </Group>
          <Text size="xs" c="dimmed" className="nowrap">
            {agent.state === "break" && agent.reason && <>{said(agent.reason)} · </>}
            {agent.next_state && <>{t("thenState", { state: t(stateWord(agent.next_state)) })} · </>}
            {agent.state === "wrap_up" && agent.until ? <Clock until={agent.until} /> : <Clock since={agent.since} />}
          </Text>
        </Stack>
      </Group>
    </Card>
  );
});
