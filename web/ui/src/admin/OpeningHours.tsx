/** When something is open: a line for each day, public holidays by region, and the night switch that closes it. */

import { Autocomplete, Button, Fieldset, Group, NativeSelect, SimpleGrid, Stack, TagsInput, Text } from "@mantine/core";
import { useState } from "react";

import { isFields, type Fields } from "./jsonSchema";
import { choiceLabel, fieldLabel } from "./labels";
import { useParts } from "./parts";
import { regionName, REGIONS } from "./regions";
import { DAYS, daysOf, spanOf, weeklyOf, type Weekly } from "./week";
import { useAdmin } from "./words";

const USUAL = { weekly: { "mon-fri": ["09:00-14:00", "16:00-19:00"] }, holidays: "", switch: "" };

interface Props {
  label: string;
  value: Fields | null;
  change: (value: Fields | null) => void;
  error: string | null;
}

export function OpeningHours({ label, value, change, error }: Props) {
  const { a, language } = useAdmin();
  const switches = useParts("switches", { limit: 500 });
  const [wrong, setWrong] = useState<{ day: number; typed: string } | null>(null);
  if (value === null) {
    return (
      <Fieldset legend={label} p="sm" className="wide-field">
        <Group justify="space-between">
          <Text size="sm" c="dimmed">{a("alwaysOpen")}</Text>
          <Button variant="light" size="xs" onClick={() => change(USUAL)}>{a("setHours")}</Button>
        </Group>
      </Fieldset>
    );
  }
  const days = daysOf(isFields(value["weekly"]) ? (value["weekly"] as Weekly) : {});
  const setDay = (day: number, typed: string[]) => {
    const bad = typed.find((one) => spanOf(one) === null);
    setWrong(bad === undefined ? null : { day, typed: bad });
    const spans = typed.flatMap((one) => spanOf(one) ?? []).sort();
    change({ ...value, weekly: weeklyOf(days.map((others, place) => (place === day ? spans : others))) });
  };
  const asMonday = () => change({ ...value, weekly: weeklyOf(days.map((others, place) => (place < 5 ? (days[0] ?? []) : others))) });
  const night = String(value["switch"] ?? "");
  const named = (switches.data?.items ?? []).map((part) => ({ value: part.name, label: String(part.value["title"] || part.name) }));
  const known = night === "" || named.some((one) => one.value === night) ? named : [...named, { value: night, label: night }];
  return (
    <Fieldset legend={label} p="sm" className="wide-field">
      <Stack gap="xs">
        {DAYS.map((day, place) => (
          <TagsInput
            key={day}
            className="day-hours"
            label={choiceLabel(day, language)}
            placeholder={(days[place] ?? []).length === 0 ? a("closedDay") : ""}
            data={[]}
            splitChars={[",", ";"]}
            value={days[place] ?? []}
            onChange={(typed) => setDay(place, typed)}
            error={wrong?.day === place ? a("noSpan", { typed: wrong.typed }) : null}
          />
        ))}
        <Group justify="space-between">
          <Text size="xs" c="dimmed">{a("hoursHint")}</Text>
          <Button variant="subtle" size="compact-sm" onClick={asMonday}>{a("asMonday")}</Button>
        </Group>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <Autocomplete
            label={fieldLabel("holidays", language)}
            description={a("holidaysHint")}
            data={REGIONS}
            renderOption={({ option }) => `${option.value} · ${regionName(option.value, language)}`}
            filter={({ options, search }) => options.filter((option) => "value" in option && `${option.value} ${regionName(option.value, language)}`.toLowerCase().includes(search.trim().toLowerCase()))}
            value={String(value["holidays"] ?? "")}
            onChange={(holidays) => change({ ...value, holidays: holidays.trim().toUpperCase() })}
          />
          <NativeSelect label={fieldLabel("switch", language)} description={a("switchHint")} data={[{ value: "", label: a("none") }, ...known]} value={night} onChange={(event) => change({ ...value, switch: event.currentTarget.value })} />
        </SimpleGrid>
        {error && <Text c="red" size="sm" role="alert">{error}</Text>}
        <Group><Button variant="subtle" size="xs" color="gray" onClick={() => change(null)}>{a("alwaysOpenAgain")}</Button></Group>
      </Stack>
    </Fieldset>
  );
}
