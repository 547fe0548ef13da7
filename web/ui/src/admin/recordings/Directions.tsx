/** Incoming, outgoing, internal: any of them. */

import { Checkbox, Group } from "@mantine/core";

import { DIRECTIONS, type CallDirection } from "./policy";
import { useRecordingWords } from "./words";

export function Directions({
  label,
  value,
  change,
}: {
  label: string;
  value: CallDirection[];
  change: (value: CallDirection[]) => void;
}) {
  const { r } = useRecordingWords();
  return (
    <Checkbox.Group
      label={label}
      value={value}
      onChange={chosen => change(DIRECTIONS.filter(one => chosen.includes(one)))}
    >
      <Group mt={6} gap="md">
        {DIRECTIONS.map(one => (
          <Checkbox key={one} value={one} label={r(one)} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}
