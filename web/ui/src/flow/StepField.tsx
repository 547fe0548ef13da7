/** One field of a step, edited as what it is: a sentence, a number, a choice, hours, people, values. */

import {
  Autocomplete,
  Button,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  Stack,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo } from "react";

import { regionName, REGIONS } from "../admin/regions";
import { SpecialDays } from "../admin/SpecialDays";
import type { Weekly } from "../admin/week";
import { useSpeech } from "../text/language";
import { isRecord, type FlowNode } from "./document";
import { below, type FaultAt } from "./faultsAt";
import type { Field } from "./kinds";
import { KeyWords } from "./KeyWords";
import { NamedRows } from "./NamedRows";
import { PromptField } from "./PromptField";
import { useDestinations, useSounds } from "./useDestinations";
import { ValueField } from "./ValueField";
import { freeVariable } from "./variables";
import { WeekField } from "./WeekField";
import { inEach, useFlowWords, useNames } from "./words";

const VARIABLE = /^[a-z][a-z0-9_]{0,31}$/;
const HEADER = /^[A-Za-z0-9-]{1,64}$/;
const ANY = /^.{1,64}$/;

interface Given {
  field: Field;
  node: FlowNode;
  languages: string[];
  variables: string[];
  at: FaultAt;
  change: (value: unknown) => void;
}

export function StepField({ field, node, languages, variables, at, change }: Given) {
  const t = useFlowWords();
  const named = useNames();
  const label = named(field.name);
  const body = isRecord(node.body) ? node.body : {};
  const value = body[field.name];
  const error = at([field.name]);
  const text = value === undefined || value === null ? "" : String(value);
  const line = (next: string) => change(next || (field.optional ? undefined : ""));
  switch (field.kind) {
    case "prompt":
      if (value === undefined) {
        return (
          <Group>
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<IconPlus size={14} />}
              onClick={() => change(inEach(languages, "newWords"))}
            >
              {label}
            </Button>
          </Group>
        );
      }
      return (
        <Stack gap={4}>
          <PromptField label={label} prompt={value} languages={languages} optional={field.optional} change={change} />
          {error && <Wrong said={error} />}
        </Stack>
      );
    case "number":
      return (
        <NumberInput
          label={label}
          placeholder={field.usual === undefined ? undefined : String(field.usual)}
          value={typeof value === "number" ? value : ""}
          min={0}
          max={600}
          step={field.whole ? 1 : 0.5}
          allowDecimal={!field.whole}
          error={error}
          onChange={next => change(next === "" ? undefined : Number(next))}
        />
      );
    case "switch":
      return (
        <Switch
          label={label}
          checked={value === true || (value === undefined && field.name === "barge_in")}
          onChange={event => change(event.currentTarget.checked)}
        />
      );
    case "choice":
      return (
        <Select
          label={label}
          data={(field.choices ?? []).map(choice => ({ value: choice, label: named(choice) }))}
          value={text || null}
          clearable={field.optional}
          allowDeselect={false}
          error={error}
          onChange={next => change(next ?? undefined)}
        />
      );
    case "line":
      return <TextInput label={label} value={text} error={error} onChange={event => line(event.currentTarget.value)} />;
    case "variable":
      return (
        <Autocomplete
          label={label}
          description={t("variableHint")}
          data={variables.filter(one => !one.startsWith("contact_"))}
          value={text}
          error={error}
          onChange={line}
        />
      );
    case "lines":
      return (
        <TagsInput
          label={label}
          description={field.name === "allowed" ? t("allowedHint") : undefined}
          value={Array.isArray(value) ? value.map(String) : []}
          error={error}
          onChange={next => change(next.length === 0 && field.optional ? undefined : next)}
        />
      );
    case "week":
      return (
        <Stack gap={4}>
          <WeekField label={label} value={value} change={change} />
          {error && <Wrong said={error} />}
        </Stack>
      );
    case "days":
      return (
        <SpecialDays
          days={isRecord(value) ? (value as Weekly) : {}}
          change={days => change(Object.keys(days).length > 0 ? days : undefined)}
        />
      );
    case "part":
    case "people":
      return <PartField field={field} label={label} value={value} error={error} change={change} />;
    case "region":
    case "zone":
      return <PlaceField field={field} label={label} value={text} error={error} change={line} />;
    case "sound":
      return <SoundField label={label} value={text} error={error} change={line} />;
    case "words": {
      const keys = isRecord(body.options) ? Object.keys(body.options) : [];
      return <KeyWords label={label} value={value} keys={keys} languages={languages} at={at} change={change} />;
    }
    case "value":
      return (
        <Stack gap={4}>
          <Text size="sm" fw={500}>
            {label}
          </Text>
          <ValueField label={label} value={value} variables={variables} error={error} change={change} />
        </Stack>
      );
    case "values":
    case "answers":
    case "headers":
      return <RowsField field={field} label={label} value={value} variables={variables} at={at} change={change} />;
  }
}

function RowsField({
  field,
  label,
  value,
  variables,
  at,
  change,
}: {
  field: Field;
  label: string;
  value: unknown;
  variables: string[];
  at: FaultAt;
  change: (value: unknown) => void;
}) {
  const t = useFlowWords();
  const taken = isRecord(value) ? Object.keys(value) : [];
  const fault = below(at, field.name);
  const isHeader = field.kind === "headers";
  const allowed = isHeader ? HEADER : field.name === "body" ? ANY : VARIABLE;
  const fresh = isHeader
    ? { name: freeHeader(taken), value: "" }
    : { name: freeVariable(taken), value: field.kind === "answers" ? "name" : "''" };
  return (
    <NamedRows
      label={label}
      hint={field.kind === "answers" ? t("answersHint") : field.name === "values" ? t("valuesHint") : undefined}
      value={value}
      allowed={allowed}
      fresh={fresh}
      optional={field.optional}
      error={name => fault([name])}
      change={change}
      row={(name, held, write, wrong) =>
        field.kind === "values" ? (
          <ValueField label={name} value={held} variables={variables} error={wrong} change={write} />
        ) : (
          <TextInput
            aria-label={name}
            placeholder={field.kind === "answers" ? "order.status" : undefined}
            value={String(held ?? "")}
            error={wrong}
            onChange={event => write(event.currentTarget.value)}
          />
        )
      }
    />
  );
}

const freeHeader = (taken: string[]): string =>
  ["X-Api-Key", "Accept", "Authorization"].find(one => !taken.includes(one)) ?? `X-Header-${taken.length + 1}`;

/** Something of the company by its name: a menu, a box, a switch; or several people. */
function PartField({
  field,
  label,
  value,
  error,
  change,
}: {
  field: Field;
  label: string;
  value: unknown;
  error?: string;
  change: (value: unknown) => void;
}) {
  const known = useDestinations()[field.of ?? "person"] ?? [];
  const given = Array.isArray(value) ? value.map(String) : value === undefined || value === "" ? [] : [String(value)];
  const data = [
    ...given.filter(one => !known.some(choice => choice.value === one)).map(one => ({ value: one, label: one })),
    ...known,
  ];
  if (field.kind === "people")
    return <MultiSelect label={label} data={data} value={given} searchable error={error} onChange={change} />;
  return (
    <Select
      label={label}
      data={data}
      value={given[0] ?? null}
      searchable
      clearable={field.optional}
      allowDeselect={false}
      error={error}
      onChange={next => change(next ?? undefined)}
    />
  );
}

function PlaceField({
  field,
  label,
  value,
  error,
  change,
}: {
  field: Field;
  label: string;
  value: string;
  error?: string;
  change: (value: string) => void;
}) {
  const { language } = useSpeech();
  const data = useMemo(
    () =>
      field.kind === "zone"
        ? Intl.supportedValuesOf("timeZone").map(zone => ({ value: zone, label: zone }))
        : REGIONS.map(code => ({ value: code, label: `${regionName(code, language)} (${code})` })),
    [field.kind, language],
  );
  const all = value === "" || data.some(one => one.value === value) ? data : [{ value, label: value }, ...data];
  return (
    <Select
      label={label}
      data={all}
      value={value || null}
      searchable
      clearable
      limit={60}
      error={error}
      onChange={next => change(next ?? "")}
    />
  );
}

function SoundField({
  label,
  value,
  error,
  change,
}: {
  label: string;
  value: string;
  error?: string;
  change: (value: string) => void;
}) {
  return <Autocomplete label={label} data={useSounds()} value={value} error={error} onChange={change} />;
}

const Wrong = ({ said }: { said: string }) => (
  <Text size="xs" c="var(--mantine-color-error)" role="alert">
    {said}
  </Text>
);
