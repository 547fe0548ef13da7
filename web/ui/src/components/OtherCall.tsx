/** A call that waits; one click speaks with it, another joins it with the one that is being spoken on. */

import { ActionIcon, Button, Group, Text } from "@mantine/core";
import { IconArrowMerge, IconArrowsExchange, IconPhoneOff, IconUsersPlus } from "@tabler/icons-react";

import type { Line } from "../softphone/picture";
import { softphone } from "../softphone/softphone";
import { useSpeech } from "../text/language";
import { statusWord } from "./CallControls";
import { Clock } from "./Clock";
import { useCallActions } from "./useCallActions";
import { useCallName } from "./useCallName";

interface Props {
  line: Line;
  current: Line;
  className: string;
  testId: string;
}

export function OtherCall({ line, current, className, testId }: Props) {
  const { t } = useSpeech();
  const { name } = useCallName(line);
  const status = statusWord(line);
  const { bringIn } = useCallActions();
  const both = line.state === "talking" && current.state === "talking";
  return (
    <Group gap="sm" wrap="nowrap" className={className} role="group" aria-label={t("otherCall")} data-testid={testId}>
      <Text truncate className="grow">
        <Text span inherit fw={600}>
          {name}
        </Text>
        {status && ` · ${t(status)}`}
      </Text>
      {line.answeredAt !== null && <Clock since={new Date(line.answeredAt).toISOString()} />}
      {line.state === "talking" && (
        <Button
          size="xs"
          variant="light"
          px="xs"
          aria-label={t("swap")}
          leftSection={<IconArrowsExchange size={16} aria-hidden="true" />}
          onClick={() => softphone.speakOn(line.id)}
        >
          {t("swap")}
        </Button>
      )}
      {both && !current.isOnHold && (
        <Button
          size="xs"
          variant="light"
          px="xs"
          aria-label={t("bringIn")}
          leftSection={<IconUsersPlus size={16} aria-hidden="true" />}
          loading={bringIn.isPending}
          onClick={() => bringIn.mutate({ current, other: line })}
        >
          {t("bringIn")}
        </Button>
      )}
      {both && (
        <Button
          size="xs"
          variant="light"
          px="xs"
          aria-label={t("connectBoth")}
          leftSection={<IconArrowMerge size={16} aria-hidden="true" />}
          onClick={() => line.call.transferTo(current.call)}
        >
          {t("connectBoth")}
        </Button>
      )}
      <ActionIcon
        variant="subtle"
        color="red"
        radius="xl"
        aria-label={`${t("hangUp")}: ${name}`}
        onClick={() => softphone.hangUp(line.id)}
      >
        <IconPhoneOff size={18} />
      </ActionIcon>
    </Group>
  );
}
