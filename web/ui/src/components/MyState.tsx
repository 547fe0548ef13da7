/** My own state in the top bar: what callers get from me, changed in one click. */

import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { get, put } from "../api/client";
import type { Agent, AgentState, Page } from "../api/types";
import { useLive } from "../live/session";
import { useSpeech } from "../text/language";
import { stateColour } from "../theme";
import { Clock } from "./Clock";
import { stateWord } from "./StatePill";

const REASONS = ["lunch", "coffee", "meeting"] as const;

export function MyState() {
  const { t } = useSpeech();
  const { session } = useLive();
  const queries = useQueryClient();
  const { data } = useQuery({ queryKey: ["agents"], queryFn: () => get<Page<Agent>>("/agents") });
  const change = useMutation({
    mutationFn: (wish: { state: AgentState; reason?: string }) => put<Agent>("/agents/me", wish),
    onSettled: () => queries.invalidateQueries({ queryKey: ["agents"] }),
  });
  const me = data?.items.find((agent) => agent.login === session?.login);
  if (me === undefined) return null;
  return (
    <Menu position="bottom-end" shadow="md" width={200}>
      <Menu.Target>
        <Button
          variant="light"
          radius="xl"
          color={stateColour[me.state]}
          loading={change.isPending}
          rightSection={<IconChevronDown size={16} />}
          aria-label={`${t("myState")}: ${t(stateWord(me.state))}`}
        >
          {t(stateWord(me.state))}
          {me.state === "wrap_up" && me.until && <>&nbsp;<Clock until={me.until} /></>}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => change.mutate({ state: "available" })}>{t("available")}</Menu.Item>
        <Menu.Label>{t("break")}</Menu.Label>
        {REASONS.map((reason) => (
          <Menu.Item key={reason} onClick={() => change.mutate({ state: "break", reason })}>{t(reason)}</Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => change.mutate({ state: "offline" })}>{t("agentOffline")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
