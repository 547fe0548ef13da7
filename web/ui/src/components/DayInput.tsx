/**
 * A day, with the word for it inside the field: written as the page's language does, or chosen in the browser's calendar.
 *
 * The browser's own field writes days as the browser's language does, whatever the page's is.
 */

import { ActionIcon, Text, TextInput } from "@mantine/core";
import { IconCalendar } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";

import { useSpeech } from "../text/language";
import type { Word } from "../text/words";
import { readDay, writtenDay } from "../text/writtenDay";

interface Props {
  word: Word;
  value: string;
  change: (day: string) => void;
  min?: string;
  max?: string;
}

export function DayInput({ word, value, change, min, max }: Props) {
  const { t } = useSpeech();
  const calendar = useRef<HTMLInputElement>(null);
  const [written, setWritten] = useState(writtenDay(value));
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    setWritten(writtenDay(value));
    setWrong(false);
  }, [value]);

  function take() {
    const day = written.trim() === "" ? "" : readDay(written);
    const fits = day !== null && (day === "" || ((!min || day >= min) && (!max || day <= max)));
    setWrong(!fits);
    if (fits && day !== value) change(day);
    else if (fits) setWritten(writtenDay(value));
  }

  return (
    <div className="day">
      <TextInput
        aria-label={t(word)}
        placeholder={t("dayHint")}
        inputMode="numeric"
        autoComplete="off"
        maxLength={10}
        leftSection={
          <Text span size="xs" c="dimmed">
            {t(word)}
          </Text>
        }
        leftSectionWidth={58}
        rightSection={
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("dayFromCalendar", { field: t(word) })}
            onClick={() => calendar.current?.showPicker()}
          >
            <IconCalendar size={16} />
          </ActionIcon>
        }
        w={205}
        value={written}
        error={wrong}
        onChange={event => setWritten(event.currentTarget.value)}
        onBlur={take}
        onKeyDown={event => {
          if (event.key !== "Enter") return;
          event.preventDefault(); // in a form it chooses the day, and sends nothing
          take();
        }}
      />
      <input
        ref={calendar}
        type="date"
        className="day-calendar"
        tabIndex={-1}
        aria-hidden="true"
        value={value}
        min={min}
        max={max}
        onChange={event => change(event.currentTarget.value)}
      />
    </div>
  );
}
