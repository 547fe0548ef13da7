/** A value that a step works out: a text, a number, yes or no, another variable, or a calculation. */

import { Group, NumberInput, Select, TextInput } from "@mantine/core";
import { useState } from "react";

import { readValue, writeValue, type ValueKind } from "./expression";
import { VariableSelect } from "./VariableSelect";
import { useFlowWords, useNames } from "./words";

const KINDS: ValueKind[] = ["text", "number", "truth", "variable", "calculation"];
const FIRST: Record<ValueKind, string> = { text: "", number: "0", truth: "true", variable: "number", calculation: "" };

interface Given {
  label: string;
  value: unknown;
  variables: string[];
  error?: string;
  change: (value: string | number | boolean) => void;
}

export function ValueField({ label, value, variables, error, change }: Given) {
  const t = useFlowWords();
  const named = useNames();
  const read = readValue(value);
  // Whoever has asked for a calculation keeps its field, also while what is typed reads as something simpler.
  const [isFree, setFree] = useState(read.kind === "calculation");
  const kind = isFree ? "calculation" : read.kind;
  const typed = isFree ? String(value ?? "") : read.typed;
  const write = (next: string, as: ValueKind = kind) => {
    const written = writeValue(as, next);
    if (written !== null) change(written);
  };
  const turn = (next: ValueKind) => {
    setFree(next === "calculation");
    if (next === "calculation") change(String(value ?? "''"));
    else
      write(
        next === "number" && !Number.isNaN(Number(typed || "x"))
          ? typed
          : next === "text" && kind === "number"
            ? typed
            : FIRST[next],
        next,
      );
  };
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <Select
        w={130}
        aria-label={`${label}: ${t("valueKind")}`}
        data={KINDS.map(one => ({ value: one, label: named(`value_${one}`) }))}
        value={kind}
        allowDeselect={false}
        comboboxProps={{ withinPortal: true, width: 190, position: "bottom-start" }}
        onChange={next => next !== null && turn(next as ValueKind)}
      />
      <div style={{ flex: 1, minWidth: 0 }}>
        {kind === "variable" ? (
          <VariableSelect
            label={label}
            value={typed}
            variables={variables}
            error={error}
            change={next => write(next)}
          />
        ) : kind === "truth" ? (
          <Select
            aria-label={label}
            data={[
              { value: "true", label: t("yes") },
              { value: "false", label: t("no") },
            ]}
            value={typed}
            error={error}
            allowDeselect={false}
            onChange={next => next && write(next)}
          />
        ) : kind === "number" ? (
          <NumberInput aria-label={label} value={Number(typed)} error={error} onChange={next => write(String(next))} />
        ) : (
          <TextInput
            aria-label={label}
            value={typed}
            error={error}
            placeholder={kind === "calculation" ? "visits + 1" : undefined}
            styles={kind === "calculation" ? { input: { fontFamily: "ui-monospace, monospace" } } : undefined}
            onChange={event =>
              kind === "calculation" ? change(event.currentTarget.value) : write(event.currentTarget.value)
            }
          />
        )}
      </div>
    </Group>
  );
}
