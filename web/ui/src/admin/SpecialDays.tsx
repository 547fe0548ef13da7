/** Days that differ from the week and from holidays: each with spans of its own, or closed. */

import { ActionIcon, Group, Stack, TagsInput, Text } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";

import { DayInput } from "../components/DayInput";
import { wholeDay } from "../text/format";
import { useAdmin } from "./words";
import { spanOf, type Weekly } from "./week";

interface Props {
  /** Spans by date, `2026-12-24`. */
  days: Weekly;
  change: (days: Weekly) => void;
}

export function SpecialDays({ days, change }: Props) {
  const { a, language } = useAdmin();
  const [wrong, setWrong] = useState<{ day: string; typed: string } | null>(null);
  const set = (day: string, typed: string[]) => {
    const bad = typed.find(one => spanOf(one) === null);
    setWrong(bad === undefined ? null : { day, typed: bad });
    change({ ...days, [day]: typed.flatMap(one => spanOf(one) ?? []).sort() });
  };
  const leaveOut = (day: string) => change(Object.fromEntries(Object.entries(days).filter(([one]) => one !== day)));
  return (
    <Stack gap="xs" data-testid="special-days">
      <Text size="sm" fw={600}>
        {a("specialDays")}
      </Text>
      <Text size="xs" c="dimmed">
        {a("specialDaysHint")}
      </Text>
      {Object.entries(days)
        .sort(([one], [other]) => one.localeCompare(other))
        .map(([day, spans]) => (
          <Group key={day} gap="xs" align="end" wrap="nowrap">
            <TagsInput
              flex={1}
              label={wholeDay(day, language)}
              placeholder={spans.length === 0 ? a("closedDay") : ""}
              data={[]}
              splitChars={[",", ";"]}
              value={spans}
              onChange={typed => set(day, typed)}
              error={wrong?.day === day ? a("noSpan", { typed: wrong.typed }) : null}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={`${a("remove")}: ${wholeDay(day, language)}`}
              onClick={() => leaveOut(day)}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
      <DayInput
        key={Object.keys(days).length}
        word="anotherDay"
        value=""
        change={day => day && !(day in days) && change({ ...days, [day]: [] })}
      />
    </Stack>
  );
}
