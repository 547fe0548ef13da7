/** A day, with the word for it inside the field. */

import { Text, TextInput } from "@mantine/core";

import { useSpeech } from "../text/language";
import type { Word } from "../text/words";

interface Props {
  word: Word;
  value: string;
  change: (day: string) => void;
  min?: string;
  max?: string;
}

export function DayInput({ word, value, change, min, max }: Props) {
  const { t } = useSpeech();
  return (
    <TextInput
      type="date"
      aria-label={t(word)}
      leftSection={<Text span size="xs" c="dimmed">{t(word)}</Text>}
      leftSectionWidth={58}
      w={205}
      value={value}
      min={min}
      max={max}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
