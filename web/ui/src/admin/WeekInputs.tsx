/** The spans of each day of a week, a line for each day: typed as people write them, kept as the company does. */

import { Button, Group, TagsInput, Text } from "@mantine/core";
import { useState } from "react";

import { choiceLabel } from "./labels";
import { DAYS, daysOf, spanOf, weeklyOf, type Weekly } from "./week";
import { useAdmin } from "./words";

export function WeekInputs({ weekly, change }: { weekly: Weekly; change: (weekly: Weekly) => void }) {
  const { a, language } = useAdmin();
  const [wrong, setWrong] = useState<{ day: number; typed: string } | null>(null);
  const days = daysOf(weekly);
  const setDay = (day: number, typed: string[]) => {
    const bad = typed.find(one => spanOf(one) === null);
    setWrong(bad === undefined ? null : { day, typed: bad });
    const spans = typed.flatMap(one => spanOf(one) ?? []).sort();
    change(weeklyOf(days.map((others, place) => (place === day ? spans : others))));
  };
  const asMonday = () => change(weeklyOf(days.map((others, place) => (place < 5 ? (days[0] ?? []) : others))));
  return (
    <>
      {DAYS.map((day, place) => (
        <TagsInput
          key={day}
          className="day-hours"
          label={choiceLabel(day, language)}
          placeholder={(days[place] ?? []).length === 0 ? a("closedDay") : ""}
          data={[]}
          splitChars={[",", ";"]}
          value={days[place] ?? []}
          onChange={typed => setDay(place, typed)}
          error={wrong?.day === place ? a("noSpan", { typed: wrong.typed }) : null}
        />
      ))}
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          {a("hoursHint")}
        </Text>
        <Button variant="subtle" size="compact-sm" onClick={asMonday}>
          {a("asMonday")}
        </Button>
      </Group>
    </>
  );
}
