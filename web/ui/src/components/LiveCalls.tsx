/** Calls of this moment with their timers; supervisors listen, whisper and barge in with one click. */

import { ActionIcon, Group, Table, Text, Tooltip } from "@mantine/core";
import { IconEar, IconMessageCircle, IconPhoneIncoming, IconUserPlus } from "@tabler/icons-react";
import { memo, type KeyboardEvent } from "react";
import { Link } from "react-router";

import type { Call } from "../api/types";
import { useDial, type Mode } from "../live/actions";
import { useHeldRows } from "../live/heldRows";
import { useNames, type Names } from "../live/lists";
import { useRights } from "../live/may";
import { useSpeech } from "../text/language";
import { Clock } from "./Clock";
import { MoveCaller } from "./MoveCaller";
import { PhoneNumber } from "./PhoneNumber";
import { ResultBadge } from "./StatePill";

const MODES = [
  { mode: "listen", hint: "listenHint", Icon: IconEar, keyName: "L" },
  { mode: "whisper", hint: "whisperHint", Icon: IconMessageCircle, keyName: "W" },
  { mode: "barge", hint: "bargeHint", Icon: IconUserPlus, keyName: "B" },
] as const;
const TAKE_OVER = "T";

/** On a row: up and down to its neighbours, and the letter of a button presses it. */
function press(event: KeyboardEvent<HTMLTableRowElement>): void {
  const row = event.currentTarget;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const neighbour =
    event.key === "ArrowDown" ? row.nextElementSibling : event.key === "ArrowUp" ? row.previousElementSibling : null;
  const button = /^[a-z]$/i.test(event.key)
    ? row.querySelector<HTMLElement>(`[aria-keyshortcuts="${event.key.toUpperCase()}"]`)
    : null;
  if (neighbour instanceof HTMLElement) neighbour.focus();
  else if (button !== null) button.click();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function LiveCalls({ calls, toRead = false }: { calls: Call[]; toRead?: boolean }) {
  const { t } = useSpeech();
  const names = useNames();
  const { may } = useRights();
  const acts = !toRead && (may("calls.supervise") || may("calls.take_over") || may("calls.move"));
  const { rows, pointing } = useHeldRows(calls);
  return (
    <Table.ScrollContainer
      {...pointing}
      minWidth={acts ? 620 : 480}
      type="native"
      className="sheet"
      tabIndex={0}
      role="group"
      aria-label={t("liveCalls")}
    >
      <Table verticalSpacing="xs" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("who")}</Table.Th>
            <Table.Th>{t("whereTo")}</Table.Th>
            <Table.Th>{t("agent")}</Table.Th>
            <Table.Th>{t("setState")}</Table.Th>
            <Table.Th ta="right">{t("duration")}</Table.Th>
            {acts && (
              <Table.Th>
                <span className="unseen">{t("supervise")}</span>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ row, isGone }) => (
            <Row key={row.id} call={row} isGone={isGone} names={names} acts={acts} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const Row = memo(function Row({
  call,
  isGone,
  names,
  acts,
}: {
  call: Call;
  isGone: boolean;
  names: Names;
  acts: boolean;
}) {
  const { t } = useSpeech();
  return (
    <Table.Tr
      data-testid="live-call"
      data-gone={isGone || undefined}
      tabIndex={acts ? 0 : undefined}
      onKeyDown={acts ? press : undefined}
    >
      <Table.Td>
        <Link to={`/calls?call=${call.id}`} className="plain-link">
          {call.caller.name && (
            <Text span fw={600}>
              {call.caller.name}{" "}
            </Text>
          )}
          {(call.caller.number !== null || call.caller.name === null) && <PhoneNumber number={call.caller.number} />}
        </Link>
      </Table.Td>
      <Table.Td>
        {call.queue ? (
          names.queue(call.queue)
        ) : (
          <>
            {call.called && (
              <Text span fw={600}>
                {call.called.name}{" "}
              </Text>
            )}
            <PhoneNumber number={call.dialled} />
          </>
        )}
      </Table.Td>
      <Table.Td>{call.agent ? names.person(call.agent) : "–"}</Table.Td>
      <Table.Td>{isGone ? <Text c="dimmed">{t("callOver")}</Text> : <ResultBadge call={call} />}</Table.Td>
      <Table.Td ta="right">{!isGone && <Clock since={call.answered_at ?? call.started_at} />}</Table.Td>
      {acts && (
        <Table.Td>
          {!isGone && (
            <Group gap={4} wrap="nowrap" justify="flex-end">
              {call.agent && call.answered_at ? (
                <Supervise call={call} />
              ) : (
                call.queue && !call.answered_at && <Move call={call} />
              )}
            </Group>
          )}
        </Table.Td>
      )}
    </Table.Tr>
  );
});

function Move({ call }: { call: Call }) {
  const { may } = useRights();
  return may("calls.move") && <MoveCaller call={call} />;
}

function Supervise({ call }: { call: Call }) {
  const { t } = useSpeech();
  const { supervise, takeOver } = useDial();
  const { may } = useRights();
  const start = (mode: Mode) => supervise.mutate({ call, mode });
  return (
    <>
      {may("calls.supervise") &&
        MODES.map(({ mode, hint, Icon, keyName }) => (
          <Tooltip withinPortal={false} key={mode} label={`${t(hint)} (${keyName})`}>
            <ActionIcon
              variant="light"
              aria-label={t(mode)}
              aria-keyshortcuts={keyName}
              onClick={() => start(mode)}
              loading={
                supervise.isPending && supervise.variables.mode === mode && supervise.variables.call.id === call.id
              }
            >
              <Icon size={18} />
            </ActionIcon>
          </Tooltip>
        ))}
      {may("calls.take_over") && (
        <Tooltip withinPortal={false} label={`${t("takeOverHint")} (${TAKE_OVER})`}>
          <ActionIcon
            variant="light"
            color="red"
            aria-label={t("takeOver")}
            aria-keyshortcuts={TAKE_OVER}
            onClick={() => takeOver.mutate(call)}
            loading={takeOver.isPending}
          >
            <IconPhoneIncoming size={18} />
          </ActionIcon>
        </Tooltip>
      )}
    </>
  );
}
