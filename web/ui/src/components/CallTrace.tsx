/** The SIP of a call for whoever looks for a fault: a ladder, and a capture to take away. */

import { Anchor, Group, ScrollArea, Stack } from "@mantine/core";

import { useSpeech } from "../text/language";

export function CallTrace({ callId }: { callId: string }) {
  const { t } = useSpeech();
  const address = `/api/v1/calls/${callId}/trace`;
  return (
    <Stack gap="xs">
      <ScrollArea type="auto">
        <img src={`${address}?format=svg`} alt={t("sipLadder")} className="ladder" />
      </ScrollArea>
      <Group gap="md">
        <Anchor href={`${address}?format=pcap`} download>
          {t("sipCapture")}
        </Anchor>
        <Anchor href={`${address}?format=text`} target="_blank" rel="noreferrer">
          {t("sipText")}
        </Anchor>
      </Group>
    </Stack>
  );
}
