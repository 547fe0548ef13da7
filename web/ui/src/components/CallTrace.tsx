/** The SIP of a call for whoever looks for a fault: a ladder, folded until asked for, and a capture to take away. */

import { Anchor, Group, ScrollArea, Stack } from "@mantine/core";
import { useState } from "react";

import { useSpeech } from "../text/language";

export function CallTrace({ callId }: { callId: string }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  const address = `/api/v1/calls/${callId}/trace`;
  return (
    <details data-testid="trace" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("sipTrace")}</summary>
      {open && (
        <Stack gap="xs" mt="xs">
          <ScrollArea type="auto">
            <img src={`${address}?format=svg`} alt={t("sipLadder")} />
          </ScrollArea>
          <Group gap="md">
            <Anchor href={`${address}?format=pcap`} download>{t("sipCapture")}</Anchor>
            <Anchor href={`${address}?format=text`} target="_blank" rel="noreferrer">{t("sipText")}</Anchor>
          </Group>
        </Stack>
      )}
    </details>
  );
}
