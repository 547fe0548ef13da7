/** Keys during a call, by mouse and, while it is open, by the keyboard's digits. */

import { ActionIcon, Popover, Text, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDialpad } from "@tabler/icons-react";
import { useCallback, useEffect, useState } from "react";

import type { Line } from "../softphone/picture";
import { useSpeech } from "../text/language";
import { Keypad, KEYS } from "./Keypad";

const SHOWN = 18;

export function CallKeypad({ line }: { line: Line }) {
  const { t } = useSpeech();
  const [opened, { toggle, close }] = useDisclosure(false);
  const { pressed, press } = useKeys(line, opened);
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
        <Tooltip withinPortal={false} label={t("keypad")} disabled={opened}>
          <ActionIcon
            size={40}
            radius="xl"
            variant="default"
            aria-label={t("keypad")}
            aria-keyshortcuts="K"
            aria-expanded={opened}
            disabled={line.state !== "talking"}
            onClick={toggle}
          >
            <IconDialpad size={20} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown role="group" aria-label={t("keypad")}>
        <Text ta="center" size="lg" mih={28} mb={8} className="tabular" role="status">
          {pressed}
        </Text>
        <Keypad press={press} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** What has been pressed since the keypad was opened. The keyboard counts from that moment on, drawn or not: who types
 *  an extension right after the click loses no key. */
function useKeys({ call }: Line, opened: boolean) {
  const [pressed, setPressed] = useState("");
  const press = useCallback(
    (key: string) => {
      call.press(key);
      setPressed(before => (before + key).slice(-SHOWN));
    },
    [call],
  );
  useEffect(() => {
    if (!opened) return undefined;
    function typed(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || !(KEYS as readonly string[]).includes(event.key)) return;
      event.preventDefault();
      press(event.key);
    }
    document.addEventListener("keydown", typed);
    return () => {
      document.removeEventListener("keydown", typed);
      setPressed("");
    };
  }, [opened, press]);
  return { pressed, press };
}
