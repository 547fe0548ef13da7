/** Who is to be called back, first in line first; supervisors send one to another queue, to the front, or strike it out. */

import { ActionIcon, Group, Menu, Table, Text, Tooltip } from "@mantine/core";
import { IconArrowMoveRight, IconArrowUp, IconPhoneOutgoing, IconTrash, IconUsersGroup } from "@tabler/icons-react";
import { memo } from "react";

import type { Callback } from "../api/types";
import { useDial } from "../live/actions";
import { useCallbackChange } from "../live/callbacks";
import { useNames, useQueues } from "../live/lists";
import { useRights } from "../live/may";
import { moment, phone } from "../text/format";
import { useSpeech } from "../text/language";
import { Clock } from "./Clock";
import { MenuOnDemand } from "./MenuOnDemand";
import { PhoneNumber } from "./PhoneNumber";

export function WaitingCallbacks({ callbacks }: { callbacks: Callback[] }) {
  const { t } = useSpeech();
  const { may } = useRights();
  const changes = may("callbacks.change");
  return (
    <Table.ScrollContainer
      minWidth={changes ? 560 : 420}
      type="native"
      className="sheet"
      tabIndex={0}
      role="group"
      aria-label={t("callbacks")}
    >
      <Table verticalSpacing="xs" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("number")}</Table.Th>
            <Table.Th>{t("queue")}</Table.Th>
            <Table.Th>{t("callbackPlace")}</Table.Th>
            <Table.Th ta="right">{t("callbackSince")}</Table.Th>
            <Table.Th>
              <span className="unseen">{t("call")}</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {callbacks.map(callback => (
            <Row key={callback.id} callback={callback} changes={changes} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const Row = memo(function Row({ callback, changes }: { callback: Callback; changes: boolean }) {
  const { t, language } = useSpeech();
  const names = useNames();
  return (
    <Table.Tr data-testid="callback">
      <Table.Td>
        <PhoneNumber number={callback.number} />
      </Table.Td>
      <Table.Td>{names.queue(callback.queue)}</Table.Td>
      <Table.Td>
        <Text span size="sm" className="tabular">
          {place(callback, t, language)}
        </Text>
      </Table.Td>
      <Table.Td ta="right">
        <Clock since={callback.waits_since} />
      </Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap" justify="flex-end">
          <CallNow callback={callback} />
          {changes && <Changes callback={callback} />}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
});

type Speech = ReturnType<typeof useSpeech>;

function place(callback: Callback, t: Speech["t"], language: Speech["language"]): string {
  if (callback.call_id !== null) return t("callbackNow");
  if (callback.position !== null) return String(callback.position);
  return callback.not_before === null ? "–" : t("callbackFrom", { time: moment(callback.not_before, language) });
}

function CallNow({ callback }: { callback: Callback }) {
  const { t } = useSpeech();
  const { dial } = useDial();
  const label = t("callTo", { number: phone(callback.number).text });
  return (
    <Tooltip withinPortal={false} label={label}>
      <ActionIcon
        variant="light"
        color="green"
        aria-label={label}
        disabled={callback.call_id !== null}
        loading={dial.isPending}
        onClick={() => dial.mutate(callback.number)}
      >
        <IconPhoneOutgoing size={18} />
      </ActionIcon>
    </Tooltip>
  );
}

function Changes({ callback }: { callback: Callback }) {
  const { t } = useSpeech();
  const { change, cancel } = useCallbackChange(callback.id);
  return (
    <>
      <Tooltip withinPortal={false} label={t("callbackFirst")}>
        <ActionIcon
          variant="light"
          aria-label={t("callbackFirst")}
          disabled={callback.position === null || callback.position === 1}
          loading={change.isPending}
          onClick={() => change.mutate({ position: 1 })}
        >
          <IconArrowUp size={18} />
        </ActionIcon>
      </Tooltip>
      <MenuOnDemand
        label={t("callbackMove")}
        icon={<IconArrowMoveRight size={18} />}
        width={240}
        button={{ variant: "light" }}
        hint
      >
        {() => <OtherQueues callback={callback} choose={queue => change.mutate({ queue })} />}
      </MenuOnDemand>
      <Tooltip withinPortal={false} label={t("callbackCancel")}>
        <ActionIcon
          variant="light"
          color="red"
          aria-label={t("callbackCancel")}
          loading={cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          <IconTrash size={18} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}

function OtherQueues({ callback, choose }: { callback: Callback; choose: (queue: string) => void }) {
  const { data: queues } = useQueues();
  return (
    <>
      {queues?.items
        .filter(({ name }) => name !== callback.queue)
        .map(queue => (
          <Menu.Item key={queue.name} leftSection={<IconUsersGroup size={16} />} onClick={() => choose(queue.name)}>
            {queue.title || queue.name}
          </Menu.Item>
        ))}
    </>
  );
}
