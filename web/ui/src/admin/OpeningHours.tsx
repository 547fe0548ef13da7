/** When something is open: a line for each day, public holidays by region, and the night switch that closes it. */

import { Autocomplete, Button, Fieldset, Group, NativeSelect, SimpleGrid, Stack, Text } from "@mantine/core";

import { WrongText } from "../components/WrongText";
import { isFields, type Fields } from "./jsonSchema";
import { fieldLabel } from "./labels";
import { useParts } from "./parts";
import { SpecialDays } from "./SpecialDays";
import { regionName, REGIONS } from "./regions";
import type { Weekly } from "./week";
import { WeekInputs } from "./WeekInputs";
import { useAdmin } from "./words";

const USUAL = { weekly: { "mon-fri": ["09:00-14:00", "16:00-19:00"] }, dates: {}, holidays: "", switch: "" };

interface Props {
  label: string;
  value: Fields | null;
  change: (value: Fields | null) => void;
  error: string | null;
}

export function OpeningHours({ label, value, change, error }: Props) {
  const { a, language } = useAdmin();
  const switches = useParts("switches", { limit: 500 });
  if (value === null) {
    return (
      <Fieldset legend={label} p="sm" className="wide-field">
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {a("alwaysOpen")}
          </Text>
          <Button variant="light" size="xs" onClick={() => change(USUAL)}>
            {a("setHours")}
          </Button>
        </Group>
      </Fieldset>
    );
  }
  const night = String(value["switch"] ?? "");
  const named = (switches.data?.items ?? []).map(part => ({
    value: part.name,
    label: String(part.value["title"] || part.name),
  }));
  const known =
    night === "" || named.some(one => one.value === night) ? named : [...named, { value: night, label: night }];
  return (
    <Fieldset legend={label} p="sm" className="wide-field">
      <Stack gap="xs">
        <WeekInputs
          weekly={isFields(value["weekly"]) ? (value["weekly"] as Weekly) : {}}
          change={weekly => change({ ...value, weekly })}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <Autocomplete
            label={fieldLabel("holidays", language)}
            description={a("holidaysHint")}
            data={REGIONS}
            renderOption={({ option }) => `${option.value} · ${regionName(option.value, language)}`}
            filter={({ options, search }) =>
              options.filter(
                option =>
                  "value" in option &&
                  `${option.value} ${regionName(option.value, language)}`
                    .toLowerCase()
                    .includes(search.trim().toLowerCase()),
              )
            }
            value={String(value["holidays"] ?? "")}
            onChange={holidays => change({ ...value, holidays: holidays.trim().toUpperCase() })}
          />
          <NativeSelect
            label={fieldLabel("switch", language)}
            description={a("switchHint")}
            data={[{ value: "", label: a("none") }, ...known]}
            value={night}
            onChange={event => change({ ...value, switch: event.currentTarget.value })}
          />
        </SimpleGrid>
        <SpecialDays
          days={isFields(value["dates"]) ? (value["dates"] as Weekly) : {}}
          change={dates => change({ ...value, dates })}
        />
        {error && <WrongText size="sm">{error}</WrongText>}
        <Group>
          <Button variant="subtle" size="xs" color="gray" onClick={() => change(null)}>
            {a("alwaysOpenAgain")}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}
