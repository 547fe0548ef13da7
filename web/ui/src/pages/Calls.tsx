import { Badge, Button, Group, SegmentedControl, Skeleton, Stack, Table, Text, Title, UnstyledButton } from "@mantine/core";
import { IconArrowDownLeft, IconArrowUpRight, IconArrowsLeftRight, IconPhone } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";

import { get } from "../api/client";
import type { Call, Page } from "../api/types";
import { CallStory } from "../components/CallStory";
import { Clock } from "../components/Clock";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { PhoneNumber } from "../components/PhoneNumber";
import { Player } from "../components/Player";
import { clock, moment } from "../text/format";
import { useSpeech } from "../text/language";
import { resultColour } from "../theme";

const DIRECTIONS = ["all", "inbound", "outbound", "internal"] as const;
const ICONS = { inbound: IconArrowDownLeft, outbound: IconArrowUpRight, internal: IconArrowsLeftRight };

/** The call log: live calls first, each call opens its story. The filter and the open call stand in the address. */
export function Calls() {
  const { t } = useSpeech();
  const [address, setAddress] = useSearchParams();
  const direction = address.get("direction") ?? "all";
  const open = address.get("call");
  const calls = useInfiniteQuery({
    queryKey: ["calls", direction],
    queryFn: ({ pageParam }) => get<Page<Call>>(`/calls?limit=50${direction === "all" ? "" : `&direction=${direction}`}${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ""}`),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
  const rows = calls.data?.pages.flatMap((page) => page.items) ?? [];

  function change(name: string, value: string | null) {
    setAddress((before) => {
      const after = new URLSearchParams(before);
      if (value === null || value === "all") after.delete(name);
      else after.set(name, value);
      return after;
    }, { replace: name === "direction" });
  }

  return (
    <Stack>
      <Group justify="space-between">
        <Title order={2}>{t("calls")}</Title>
        <SegmentedControl
          value={direction}
          onChange={(value) => change("direction", value)}
          data={DIRECTIONS.map((value) => ({ value, label: t(value) }))}
        />
      </Group>
      {calls.isError ? (
        <Failure error={calls.error} retry={() => void calls.refetch()} />
      ) : calls.isPending ? (
        <Stack gap={8}>{[0, 1, 2, 3, 4].map((row) => <Skeleton key={row} height={40} radius={8} />)}</Stack>
      ) : rows.length === 0 ? (
        <Empty icon={<IconPhone />} title={t(direction === "all" ? "noCalls" : "noCallsFiltered")} {...(direction === "all" ? { hint: t("noCallsHint") } : {})} />
      ) : (
        <Table.ScrollContainer minWidth={720} type="native">
          <Table highlightOnHover verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("who")}</Table.Th>
                <Table.Th>{t("dialled")}</Table.Th>
                <Table.Th>{t("agent")}</Table.Th>
                <Table.Th>{t("when")}</Table.Th>
                <Table.Th ta="right">{t("wait")}</Table.Th>
                <Table.Th ta="right">{t("talk")}</Table.Th>
                <Table.Th>{t("result")}</Table.Th>
                <Table.Th>{t("recording")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>{rows.map((call) => <Row key={call.id} call={call} open={() => change("call", call.id)} />)}</Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {calls.hasNextPage && (
        <Button variant="light" onClick={() => void calls.fetchNextPage()} loading={calls.isFetchingNextPage} mx="auto">{t("more")}</Button>
      )}
      <CallStory callId={open} close={() => change("call", null)} />
    </Stack>
  );
}

function Row({ call, open }: { call: Call; open: () => void }) {
  const { t, language } = useSpeech();
  const Icon = ICONS[call.direction];
  return (
    <Table.Tr data-testid="call-row">
      <Table.Td>
        <UnstyledButton onClick={open} aria-label={`${t("story")}: ${call.caller.name ?? call.caller.number ?? t("withheld")}`}>
          <Group gap={8} wrap="nowrap">
            <Icon size={18} aria-label={t(call.direction)} className="muted" />
            <div>
              {call.caller.name && <Text fw={600}>{call.caller.name}</Text>}
              <Text size={call.caller.name ? "xs" : "sm"} c={call.caller.name ? "dimmed" : ""}><PhoneNumber number={call.caller.number} /></Text>
            </div>
          </Group>
        </UnstyledButton>
      </Table.Td>
      <Table.Td><PhoneNumber number={call.dialled} /></Table.Td>
      <Table.Td>
        {call.agent ?? <Text span c="dimmed">–</Text>}
        {call.queue && <Text size="xs" c="dimmed">{call.queue}</Text>}
      </Table.Td>
      <Table.Td className="tabular">{moment(call.started_at, language)}</Table.Td>
      <Table.Td ta="right" className="tabular">{clock(call.wait_s)}</Table.Td>
      <Table.Td ta="right" className="tabular">
        {call.ended_at === null && call.answered_at !== null ? <Clock since={call.answered_at} /> : clock(call.talk_s)}
      </Table.Td>
      <Table.Td>
        {call.result === null ? <Badge color="yellow" variant="light" tt="none">{t("ongoing")}</Badge> : <Badge color={resultColour[call.result]} variant="light" tt="none">{t(call.result)}</Badge>}
      </Table.Td>
      <Table.Td>{call.recording_id && call.ended_at && <Player recordingId={call.recording_id} />}</Table.Td>
    </Table.Tr>
  );
}
