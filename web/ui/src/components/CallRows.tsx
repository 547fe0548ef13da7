/** The call log as a table, and on a phone as cards; each call opens its story. */

import { ActionIcon, Card, Group, Stack, Table, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { IconArrowDownLeft, IconArrowsLeftRight, IconArrowUpRight, IconPlayerPlayFilled } from "@tabler/icons-react";
import type { ReactNode } from "react";

import type { Call } from "../api/types";
import { useNames } from "../live/lists";
import { clock, moment } from "../text/format";
import { useSpeech } from "../text/language";
import { Clock } from "./Clock";
import { opensRow } from "./opensRow";
import { PhoneNumber } from "./PhoneNumber";
import { SortHead } from "./SortHead";
import { ResultBadge } from "./StatePill";

const ICONS = { inbound: IconArrowDownLeft, outbound: IconArrowUpRight, internal: IconArrowsLeftRight };

export interface RowsProps {
  calls: Call[];
  sort: string;
  turn: (field: string) => void;
  shown: string | null;
  open: (id: string, play?: boolean) => void;
}

export function CallTable({ calls, sort, turn, shown, open }: RowsProps) {
  const { t, language } = useSpeech();
  const names = useNames();
  return (
    <Table.ScrollContainer
      minWidth={680}
      type="native"
      className="sheet"
      tabIndex={0}
      role="region"
      aria-label={t("calls")}
    >
      <Table highlightOnHover verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("callFrom")}</Table.Th>
            <Table.Th>{t("callToWhom")}</Table.Th>
            <Table.Th>{t("agent")}</Table.Th>
            <SortHead sort={sort} field="started_at" turn={turn}>
              {t("when")}
            </SortHead>
            <SortHead sort={sort} field="wait_s" turn={turn} right>
              {t("wait")}
            </SortHead>
            <SortHead sort={sort} field="talk_s" turn={turn} right>
              {t("talk")}
            </SortHead>
            <Table.Th>{t("result")}</Table.Th>
            <Table.Th>
              <span className="unseen">{t("recording")}</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {calls.map(call => (
            <Table.Tr
              key={call.id}
              data-testid="call-row"
              data-shown={call.id === shown || undefined}
              className="call-row"
              style={{ cursor: "pointer" }}
              onClick={opensRow}
            >
              <Table.Td>
                <Who call={call} open={open} />
              </Table.Td>
              <Table.Td className="nowrap">
                {call.called && (
                  <Text size="sm" fw={600}>
                    {call.called.name}
                  </Text>
                )}
                <Text span size={call.called ? "xs" : "sm"} c={call.called ? "dimmed" : ""}>
                  <PhoneNumber number={call.dialled} />
                </Text>
              </Table.Td>
              <Table.Td>
                {call.agent ? (
                  names.person(call.agent)
                ) : (
                  <Text span c="dimmed">
                    –
                  </Text>
                )}
                {call.queue && (
                  <Text size="xs" c="dimmed">
                    {names.queue(call.queue)}
                  </Text>
                )}
              </Table.Td>
              <Table.Td className="tabular nowrap">{moment(call.started_at, language)}</Table.Td>
              <Table.Td ta="right" className="tabular">
                {waited(call)}
              </Table.Td>
              <Table.Td ta="right" className="tabular">
                {talked(call)}
              </Table.Td>
              <Table.Td>
                <ResultBadge call={call} />
              </Table.Td>
              <Table.Td>
                <Listen call={call} open={open} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

export function CallCards({ calls, open }: RowsProps) {
  const { language } = useSpeech();
  const names = useNames();
  return (
    <Stack gap="xs">
      {calls.map(call => (
        <Card key={call.id} withBorder padding="sm" data-testid="call-row">
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Who call={call} open={open} other />
            <ResultBadge call={call} />
          </Group>
          <Group justify="space-between" mt={6} gap="xs">
            <Text size="xs" c="dimmed" className="tabular">
              {[
                moment(call.started_at, language),
                call.queue && names.queue(call.queue),
                call.agent && names.person(call.agent),
              ]
                .filter(Boolean)
                .join(" · ")}
            </Text>
            <Group gap={6}>
              <Text size="xs" className="tabular">
                {talked(call)}
              </Text>
              <Listen call={call} open={open} />
            </Group>
          </Group>
        </Card>
      ))}
    </Stack>
  );
}

function waited(call: Call): ReactNode {
  return call.ended_at === null && call.answered_at === null ? <Clock since={call.started_at} /> : clock(call.wait_s);
}

function talked(call: Call): ReactNode {
  return call.ended_at === null && call.answered_at !== null ? <Clock since={call.answered_at} /> : clock(call.talk_s);
}

/** Who called; `other`: who is not in the house, so whom one has called oneself. */
function Who({ call, open, other = false }: { call: Call; open: RowsProps["open"]; other?: boolean }) {
  const { t } = useSpeech();
  const Icon = ICONS[call.direction];
  const called = other && call.direction === "outbound";
  const name = called ? call.called?.name : call.caller.name;
  return (
    <UnstyledButton onClick={() => open(call.id)} title={t("story")} className="who">
      <Group gap={8} wrap="nowrap">
        <Icon size={18} role="img" aria-label={t(call.direction)} className="muted" />
        <div>
          {name && (
            <Text fw={600} component="span" display="block">
              {name}
            </Text>
          )}
          <Text size={name ? "xs" : "sm"} c={name ? "dimmed" : ""} component="span">
            <PhoneNumber number={called ? call.dialled : call.caller.number} />
          </Text>
        </div>
      </Group>
    </UnstyledButton>
  );
}

function Listen({ call, open }: { call: Call; open: RowsProps["open"] }) {
  const { t } = useSpeech();
  if (!call.recording_id || call.ended_at === null) return null;
  return (
    <Tooltip label={t("play")}>
      <ActionIcon variant="light" radius="xl" aria-label={t("play")} onClick={() => open(call.id, true)}>
        <IconPlayerPlayFilled size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
