/** Where a way leads: a step of this menu, a word of the flow, or a destination with its name. */

import { Autocomplete, Group, Select } from "@mantine/core";

import { DESTINATIONS, isRecord, type Target } from "./document";
import { useDestinations } from "./useDestinations";
import { useFlowWords, useNames } from "./words";

const WORDS = ["repeat", "return", "hang_up"];
const KINDS = ["menu", ...DESTINATIONS];

interface Given {
  label: string;
  target: Target | undefined;
  steps: string[];
  error?: string;
  change: (target: Target) => void;
}

export function TargetField({ label, target, steps, error, change }: Given) {
  const t = useFlowWords();
  const named = useNames();
  const [kind, value] = isRecord(target) ? (Object.entries(target)[0] ?? ["", ""]) : ["", ""];
  const chosen = isRecord(target)
    ? `kind ${kind}`
    : typeof target === "string"
      ? WORDS.includes(target)
        ? `word ${target}`
        : `step ${target}`
      : null;
  const destinations = useDestinations();
  const pick = (choice: string | null) => {
    if (choice === null) return;
    const [what, name = ""] = [choice.slice(0, 4), choice.slice(5)];
    change(what === "kind" ? { [name]: destinations[name]?.[0]?.value ?? "" } : name);
  };
  return (
    <Group gap={6} wrap="nowrap" align="flex-start" grow>
      <Select
        label={label}
        error={isRecord(target) ? undefined : error}
        placeholder={t("nowhere")}
        value={chosen}
        onChange={pick}
        searchable
        allowDeselect={false}
        comboboxProps={{ withinPortal: true }}
        data={[
          { group: t("steps"), items: steps.map(step => ({ value: `step ${step}`, label: step })) },
          { group: t("leaveTo"), items: KINDS.map(name => ({ value: `kind ${name}`, label: named(name) })) },
          { group: t("other"), items: WORDS.map(word => ({ value: `word ${word}`, label: named(word) })) },
        ]}
      />
      {isRecord(target) && (
        <DestinationField kind={kind} value={String(value)} error={error} change={name => change({ [kind]: name })} />
      )}
    </Group>
  );
}

export function DestinationField({
  kind,
  value,
  error,
  change,
}: {
  kind: string;
  value: string;
  error?: string;
  change: (value: string) => void;
}) {
  const named = useNames();
  const destinations = useDestinations();
  const known = destinations[kind] ?? [];
  return (
    <Autocomplete
      label={named(kind)}
      value={value}
      error={error}
      onChange={change}
      data={known.map(one => one.value)}
      renderOption={({ option }) => known.find(one => one.value === option.value)?.label ?? option.value}
    />
  );
}
