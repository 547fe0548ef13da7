/** Answer and decline: on the pop-up of the call that rings, or on a card of its own when nothing is known about it. */

import { Button, Group, Kbd, Paper, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconPhone, IconPhoneIncoming, IconPhoneX } from "@tabler/icons-react";
import { useEffect, useRef } from "react";

import { callAttention } from "../softphone/attention";
import type { Line } from "../softphone/picture";
import { softphone } from "../softphone/softphone";
import { useSpeech } from "../text/language";
import { useCallName } from "./useCallName";

export function RingingCard({ line }: { line: Line }) {
  const { t } = useSpeech();
  const { name, detail } = useCallName(line);
  return (
    <Paper shadow="lg" withBorder p="md" className="screen-pop" data-testid="incoming">
      <Group wrap="nowrap" align="flex-start">
        <ThemeIcon size={40} radius="xl" color="yellow" variant="light" aria-hidden="true">
          <IconPhoneIncoming size={22} />
        </ThemeIcon>
        <Stack gap={2}>
          <Text size="xs" c="dimmed">
            {t("incoming")}
          </Text>
          <Text size="xl" fw={600}>
            {name}
          </Text>
          <Text className="tabular">{detail}</Text>
        </Stack>
      </Group>
      <AnswerButtons line={line} />
    </Paper>
  );
}

/** The keyboard comes here unless one is typing: Enter answers. Esc declines from anywhere. */
export function AnswerButtons({ line }: { line: Line }) {
  const { t } = useSpeech();
  const answer = useRef<HTMLButtonElement>(null);
  const { name, detail } = useCallName(line);
  const calling = t("incoming");
  useEffect(() => {
    const busy = document.activeElement?.matches("input, textarea, select, [contenteditable], [role=dialog] *");
    if (!busy) answer.current?.focus({ preventScroll: true });
  }, [line.id]);
  const [answerWord, declineWord] = [t("answer"), t("decline")];
  useEffect(
    () =>
      callAttention(`${calling}: ${name}`, detail, {
        words: { answer: answerWord, decline: declineWord },
        choose: action => (action === "decline" ? softphone.hangUp(line.id) : softphone.answer(line.id)),
      }),
    [calling, name, detail, answerWord, declineWord, line.id],
  );
  return (
    <Group grow mt="md" gap="xs" className="answer-buttons">
      <Button
        variant="light"
        color="red"
        leftSection={<IconPhoneX size={18} aria-hidden="true" />}
        onClick={() => softphone.hangUp(line.id)}
        aria-keyshortcuts="Escape"
        rightSection={
          <Kbd size="xs" aria-hidden="true">
            Esc
          </Kbd>
        }
      >
        {t("decline")}
      </Button>
      <Button
        ref={answer}
        color="green"
        leftSection={<IconPhone size={18} aria-hidden="true" />}
        onClick={() => softphone.answer(line.id)}
        aria-keyshortcuts="Enter"
        rightSection={
          <Kbd size="xs" aria-hidden="true">
            ↵
          </Kbd>
        }
      >
        {t("answer")}
      </Button>
    </Group>
  );
}
