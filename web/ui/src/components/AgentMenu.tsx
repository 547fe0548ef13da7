/** What a supervisor changes of an agent: the state, and the queues served. */

import { Menu } from "@mantine/core";
import { IconDotsVertical, IconPhoneOutgoing } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { put } from "../api/client";
import type { Agent } from "../api/types";
import { useDial, useFault, type Wish } from "../live/actions";
import { useQueues } from "../live/lists";
import { useRights } from "../live/may";
import { useSpeech } from "../text/language";
import { BreakItems } from "./BreakItems";
import { MenuOnDemand } from "./MenuOnDemand";
import { STATE_ICONS } from "./StatePill";

export function AgentMenu({ agent }: { agent: Agent }) {
  const { t } = useSpeech();
  return (
    <MenuOnDemand
      label={t("agentMenu", { name: agent.name })}
      icon={<IconDotsVertical size={16} />}
      width={230}
      button={{ variant: "subtle", color: "gray", size: "sm" }}
    >
      {() => <Items agent={agent} />}
    </MenuOnDemand>
  );
}

function Items({ agent }: { agent: Agent }) {
  const { t } = useSpeech();
  const { data: queues } = useQueues();
  const { dial } = useDial();
  const { may } = useRights();
  const fault = useFault();
  const client = useQueryClient();
  const refresh = () => Promise.all(["agents", "queues"].map(name => client.invalidateQueries({ queryKey: [name] })));
  const state = useMutation({
    mutationFn: (wish: Wish) => put(`/agents/${agent.login}`, wish),
    onSuccess: refresh,
    onError: fault,
  });
  const serve = useMutation({
    mutationFn: (names: string[]) => put(`/agents/${agent.login}/queues`, { queues: names }),
    onSuccess: refresh,
    onError: fault,
  });
  const toggle = (name: string) =>
    serve.mutate(agent.queues.includes(name) ? agent.queues.filter(one => one !== name) : [...agent.queues, name]);
  const [Available, Offline] = [STATE_ICONS.available, STATE_ICONS.offline];
  return (
    <>
      <Menu.Item leftSection={<IconPhoneOutgoing size={16} />} onClick={() => dial.mutate(agent.extension)}>
        {t("call")}
      </Menu.Item>
      {may("agents.set") && (
        <>
          <Menu.Label>{t("setState")}</Menu.Label>
          <Menu.Item leftSection={<Available size={16} />} onClick={() => state.mutate({ state: "available" })}>
            {t("available")}
          </Menu.Item>
          <BreakItems choose={state.mutate} full />
          <Menu.Item leftSection={<Offline size={16} />} onClick={() => state.mutate({ state: "offline" })}>
            {t("agentOffline")}
          </Menu.Item>
        </>
      )}
      {may("agents.set_queues") && <Menu.Label>{t("queues")}</Menu.Label>}
      {may("agents.set_queues") &&
        queues?.items.map(queue => (
          <Menu.CheckboxItem
            key={queue.name}
            checked={agent.queues.includes(queue.name)}
            closeMenuOnClick={false}
            onChange={() => toggle(queue.name)}
          >
            {queue.title || queue.name}
          </Menu.CheckboxItem>
        ))}
    </>
  );
}
