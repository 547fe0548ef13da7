/** When a case counts: rows of variable, comparison and value, or the expression as it is written. */

import {
  ActionIcon,
  Anchor,
  Button,
  Group,
  SegmentedControl,
  Select,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
  Tooltip,
} from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";

import { ALONE, OPERATORS, readCondition, writeCondition, type Comparison, type Operator } from "./expression";
import { VariableSelect } from "./VariableSelect";
import { useFlowWords, useNames } from "./words";

interface Given {
  label: string;
  text: string;
  variables: string[];
  error?: string;
  change: (text: string) => void;
}

export function ConditionRows({ label, text, variables, error, change }: Given) {
  const t = useFlowWords();
  const condition = readCondition(text);
  const [isFree, setFree] = useState(condition === null);
  if (isFree || condition === null) {
    return (
      <Stack gap={4}>
        <Textarea
          aria-label={`${label}: ${t("expression")}`}
          description={t("expressionHint", { variables: variables.join(", ") })}
          value={text}
          error={error}
          autosize
          minRows={1}
          spellCheck={false}
          styles={{ input: { fontFamily: "ui-monospace, monospace" } }}
          onChange={event => change(event.currentTarget.value.replaceAll("\n", " "))}
        />
        {condition !== null ? (
          <Anchor component="button" type="button" size="xs" ta="left" onClick={() => setFree(false)}>
            {t("asRows")}
          </Anchor>
        ) : (
          <Text size="xs" c="dimmed">
            {t("noRows")}
          </Text>
        )}
      </Stack>
    );
  }
  const { every, rows } = condition;
  const write = (next: Comparison[], all = every) => change(writeCondition({ every: all, rows: next }));
  return (
    <Stack gap={6}>
      {rows.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label={t("howMany")}
          data={[
            { value: "and", label: t("everyRow") },
            { value: "or", label: t("anyRow") },
          ]}
          value={every ? "and" : "or"}
          onChange={value => write(rows, value === "and")}
        />
      )}
      {rows.map((row, place) => (
        <Row
          key={place}
          label={`${label}, ${place + 1}`}
          row={row}
          variables={variables}
          change={next => write(rows.map((one, index) => (index === place ? next : one)))}
          remove={rows.length > 1 ? () => write(rows.filter((_, index) => index !== place)) : null}
        />
      ))}
      {error && (
        <Text size="xs" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
      <Group gap="xs">
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          onClick={() => write([...rows, { fact: variables[0] ?? "number", operator: "given", values: [] }])}
        >
          {t("addCondition")}
        </Button>
        <Anchor component="button" type="button" size="xs" onClick={() => setFree(true)}>
          {t("asExpression")}
        </Anchor>
      </Group>
    </Stack>
  );
}

function Row({
  label,
  row,
  variables,
  change,
  remove,
}: {
  label: string;
  row: Comparison;
  variables: string[];
  change: (row: Comparison) => void;
  remove: (() => void) | null;
}) {
  const t = useFlowWords();
  const named = useNames();
  const { fact, operator, values } = row;
  const turn = (next: Operator) =>
    change({
      fact,
      operator: next,
      values: ALONE.includes(next) ? [] : next === "one_of" ? values : [values[0] ?? ""],
    });
  return (
    <Stack gap={4} role="group" aria-label={label}>
      <Group gap={4} wrap="nowrap" align="flex-start">
        <div style={{ flex: 1, minWidth: 0 }}>
          <VariableSelect
            label={t("fact")}
            value={fact}
            variables={variables}
            change={next => change({ ...row, fact: next })}
          />
        </div>
        <Select
          flex={1}
          miw={0}
          aria-label={t("operator")}
          data={OPERATORS.map(one => ({ value: one, label: named(`op_${one}`) }))}
          value={operator}
          allowDeselect={false}
          maxDropdownHeight={320}
          comboboxProps={{ withinPortal: true }}
          onChange={next => next !== null && turn(next as Operator)}
        />
        {remove && (
          <Tooltip label={t("removeCondition")}>
            <ActionIcon variant="subtle" color="red" mt={4} aria-label={t("removeCondition")} onClick={remove}>
              <IconX size={16} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      {operator === "one_of" ? (
        <TagsInput
          aria-label={t("comparedWith")}
          placeholder={values.length === 0 ? t("oneOfHint") : ""}
          value={values}
          onChange={next => change({ ...row, values: next })}
        />
      ) : (
        !ALONE.includes(operator) && (
          <TextInput
            aria-label={t("comparedWith")}
            value={values[0] ?? ""}
            onChange={event => change({ ...row, values: [event.currentTarget.value] })}
          />
        )
      )}
    </Stack>
  );
}
