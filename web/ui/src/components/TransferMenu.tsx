/** Where to send a caller: a colleague or any number, at once or after having asked. */

import {
  ActionIcon,
  Button,
  Group,
  Popover,
  ScrollArea,
  Stack,
  Text,
  TextInput,
  Tooltip,
  UnstyledButton,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowForwardUp } from "@tabler/icons-react";
import { useState } from "react";

import { dialable } from "../softphone/dialable";
import type { Line } from "../softphone/picture";
import { softphone } from "../softphone/softphone";
import { useSpeech } from "../text/language";
import { StatePill } from "./StatePill";
import { useColleagues } from "./useColleagues";

export function TransferMenu({ line }: { line: Line }) {
  const { t } = useSpeech();
  const [opened, { toggle, close }] = useDisclosure(false);
  return (
    <Popover
      withinPortal={false}
      opened={opened}
      onChange={close}
      position="bottom-end"
      shadow="md"
      trapFocus
      withRoles={false}
    >
      <Popover.Target>
        <Tooltip withinPortal={false} label={t("transfer")} disabled={opened}>
          <ActionIcon
            size={40}
            radius="xl"
            variant="default"
            aria-label={t("transfer")}
            aria-keyshortcuts="T"
            aria-expanded={opened}
            disabled={line.state !== "talking"}
            onClick={toggle}
          >
            <IconArrowForwardUp size={20} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown role="group" aria-label={t("transfer")} className="transfer">
        <Choice line={line} close={close} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Choice({ line, close }: { line: Line; close: () => void }) {
  const { t } = useSpeech();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const colleagues = useColleagues(chosen === null ? text : "");
  const to = chosen ?? dialable(text);
  function go(how: (to: string) => void) {
    if (to === null) return;
    how(to);
    close();
  }
  return (
    <Stack gap="xs">
      <TextInput
        data-autofocus
        label={t("transferTo")}
        placeholder={t("dialBox")}
        value={text}
        maxLength={60}
        onChange={event => {
          setText(event.currentTarget.value);
          setChosen(null);
        }}
      />
      <ScrollArea.Autosize mah={220} type="auto">
        {colleagues.map(agent => (
          <UnstyledButton
            key={agent.login}
            className="directory-row"
            aria-pressed={chosen === agent.extension}
            onClick={() => {
              setChosen(agent.extension);
              setText(`${agent.name} (${agent.extension})`);
            }}
          >
            <Text span truncate className="grow">
              {agent.name}{" "}
              <Text span inherit c="dimmed" className="tabular">
                {agent.extension}
              </Text>
            </Text>
            <StatePill state={agent.state} />
          </UnstyledButton>
        ))}
      </ScrollArea.Autosize>
      <Group grow gap="xs">
        <Button variant="default" px="xs" disabled={to === null} onClick={() => go(number => softphone.call(number))}>
          {t("transferAsk")}
        </Button>
        <Button px="xs" disabled={to === null} onClick={() => go(number => line.call.transfer(number))}>
          {t("transferNow")}
        </Button>
      </Group>
    </Stack>
  );
}
