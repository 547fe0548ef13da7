/** When a step counts as open: a line for each day, as everywhere else hours are set. */

import "../admin/admin.css";

import { Fieldset, Stack } from "@mantine/core";

import type { Weekly } from "../admin/week";
import { WeekInputs } from "../admin/WeekInputs";
import { isRecord } from "./document";

export function WeekField({
  label,
  value,
  change,
}: {
  label: string;
  value: unknown;
  change: (value: unknown) => void;
}) {
  return (
    <Fieldset legend={label} p="xs">
      <Stack gap={6}>
        <WeekInputs weekly={isRecord(value) ? (value as Weekly) : {}} change={change} />
      </Stack>
    </Fieldset>
  );
}
