/** Where a caller who waits is sent instead: another queue, a colleague. */

import { Menu, ScrollArea } from "@mantine/core";
import { IconArrowMoveRight, IconHeadset, IconUsersGroup } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import { post } from "../api/client";
import type { Call } from "../api/types";
import { useFault } from "../live/actions";
import { useAgents, useQueues } from "../live/lists";
import { useSpeech } from "../text/language";
import { MenuOnDemand } from "./MenuOnDemand";

export function MoveCaller({ call }: { call: Call }) {
  const { t } = useSpeech();
  return (
    <MenuOnDemand
      label={t("moveCaller")}
      icon={<IconArrowMoveRight size={18} />}
      width={240}
      button={{ variant: "light" }}
      hint
    >
      {() => <Targets call={call} />}
    </MenuOnDemand>
  );
}

function Targets({ call }: { call: Call }) {
  const { t } = useSpeech();
  const { data: queues } = useQueues();
  const { data: agents } = useAgents();
  const move = useMutation({
    mutationFn: (to: { kind: "queue" | "person"; target: string }) => post(`/calls/${call.id}/move`, to),
    onError: useFault(),
  });
  return (
    <ScrollArea.Autosize mah={320} type="auto">
      <Menu.Label>{t("queues")}</Menu.Label>
      {queues?.items
        .filter(({ name }) => name !== call.queue)
        .map(queue => (
          <Menu.Item
            key={queue.name}
            leftSection={<IconUsersGroup size={16} />}
            onClick={() => move.mutate({ kind: "queue", target: queue.name })}
          >
            {queue.title || queue.name}
          </Menu.Item>
        ))}
      <Menu.Label>{t("agents")}</Menu.Label>
      {agents?.items.map(agent => (
        <Menu.Item
          key={agent.login}
          leftSection={<IconHeadset size={16} />}
          onClick={() => move.mutate({ kind: "person", target: agent.extension })}
        >
          {agent.name}
        </Menu.Item>
      ))}
    </ScrollArea.Autosize>
  );
}
