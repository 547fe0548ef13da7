/** One step: its name, what it says and does, and where each of its ways leads. */

import { ActionIcon, Alert, Button, Group, NumberInput, Select, Stack, Switch, TagsInput, Text, TextInput, Title, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconFlag, IconPlus, IconTrash } from "@tabler/icons-react";
import { useEffect, useState } from "react";

import type { MenuFault } from "../api/schema";
import { DESTINATIONS, isRecord, type Flow, type FlowNode, type Path, type Way } from "./document";
import { FIELDS, type Field } from "./kinds";
import { PromptField } from "./PromptField";
import { DestinationField, TargetField } from "./TargetField";
import { inEach, useFlowWords, useNames } from "./words";
import { WeekField } from "./WeekField";
import { YamlField } from "./YamlField";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "*", "#"];
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

interface Given {
  flow: Flow;
  node: FlowNode;
  faults: MenuFault[];
  write: (path: Path, value: unknown) => void;
  rename: (name: string) => void;
  remove: () => void;
  makeStart: () => void;
}

export function NodeForm({ flow, node, faults, write, rename, remove, makeStart }: Given) {
  const t = useFlowWords();
  const named = useNames();
  const body = isRecord(node.body) ? node.body : {};
  const steps = flow.nodes.map((one) => one.name);
  return (
    <Stack gap="sm" component="form" onSubmit={(event) => event.preventDefault()} aria-label={`${t("step")} ${node.name}`}>
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} size="h3">{named(node.kind)}</Title>
        <Group gap={4} wrap="nowrap">
          <Tooltip label={flow.start === node.name ? t("start") : t("makeStart")}>
            <ActionIcon variant={flow.start === node.name ? "light" : "subtle"} aria-label={t("makeStart")} aria-pressed={flow.start === node.name} onClick={makeStart}><IconFlag size={18} /></ActionIcon>
          </Tooltip>
          <Tooltip label={t("removeStep")}>
            <ActionIcon variant="subtle" color="red" aria-label={t("removeStep")} onClick={remove}><IconTrash size={18} /></ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      {faults.map((fault, index) => (
        <Alert key={index} p="xs" color={fault.is_warning ? "yellow" : "red"} icon={<IconAlertTriangle size={18} aria-hidden="true" />}>
          <Text size="sm">{fault.message}</Text>
        </Alert>
      ))}
      <NameField key={node.name} node={node} steps={steps} rename={rename} />
      {(FIELDS[node.kind] ?? []).map((field) => (
        <FieldInput key={field.name} field={field} value={body[field.name]} languages={flow.languages} change={(value) => write([field.name], value)} />
      ))}
      {(DESTINATIONS as readonly string[]).includes(node.kind) && (
        <DestinationField kind={node.kind} value={String(node.body ?? "")} change={(value) => write([], value)} />
      )}
      <Ways node={node} steps={steps} write={write} />
    </Stack>
  );
}

function NameField({ node, steps, rename }: { node: FlowNode; steps: string[]; rename: (name: string) => void }) {
  const t = useFlowWords();
  const [name, setName] = useState(node.name);
  useEffect(() => setName(node.name), [node.name]);
  const taken = name !== node.name && steps.includes(name);
  const fault = taken ? t("nameTaken") : NAME.test(name) ? null : t("nameAllowed");
  const settle = () => {
    if (fault === null && name !== node.name) rename(name);
  };
  return (
    <TextInput
      label={t("stepName")}
      value={name}
      error={fault}
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={settle}
      onKeyDown={(event) => event.key === "Enter" && settle()}
    />
  );
}

function FieldInput({ field, value, languages, change }: { field: Field; value: unknown; languages: string[]; change: (value: unknown) => void }) {
  const named = useNames();
  const label = named(field.name);
  switch (field.kind) {
    case "prompt":
      if (value === undefined) {
        return (
          <Group><Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} />} onClick={() => change(inEach(languages, "newWords"))}>{label}</Button></Group>
        );
      }
      return <PromptField label={label} prompt={value} languages={languages} change={change} />;
    case "number":
      return <NumberInput label={label} value={typeof value === "number" ? value : ""} min={0} max={600} step={0.5} onChange={(next) => change(next === "" ? undefined : Number(next))} />;
    case "switch":
      return <Switch label={label} checked={value === true || (value === undefined && field.name === "barge_in")} onChange={(event) => change(event.currentTarget.checked)} />;
    case "choice":
      return <Select label={label} data={(field.choices ?? []).map((choice) => ({ value: choice, label: named(choice) }))} value={typeof value === "string" ? value : null} clearable={field.optional} allowDeselect={false} onChange={(next) => change(next ?? undefined)} />;
    case "line":
      return <TextInput label={label} value={value === undefined ? "" : String(value)} onChange={(event) => change(event.currentTarget.value || (field.optional ? undefined : ""))} />;
    case "lines":
      return <TagsInput label={label} value={Array.isArray(value) ? value.map(String) : []} onChange={(next) => change(next.length === 0 && field.optional ? undefined : next)} />;
    case "week":
      return <WeekField label={label} value={value} change={change} />;
    case "yaml":
      return <YamlField label={label} value={value} change={change} />;
  }
}

function Ways({ node, steps, write }: { node: FlowNode; steps: string[]; write: (path: Path, value: unknown) => void }) {
  const t = useFlowWords();
  const named = useNames();
  if (node.ways.length === 0) return null;
  const free = KEYS.find((key) => !node.ways.some((way) => way.label === key));
  const isKey = (way: Way) => node.kind === "menu" && way.path[0] === "options";
  return (
    <Stack gap={6}>
      <Title order={3} size="h4">{t("leadsTo")}</Title>
      {node.ways.map((way) => (
        <Group key={way.path.join(".") || "go"} gap={4} wrap="nowrap" align="flex-end">
          <Stack flex={1} gap={0}>
            <TargetField label={isKey(way) ? t("key", { key: way.label }) : named(way.label)} target={way.target} steps={steps} change={(target) => write(way.path, target)} />
          </Stack>
          {isKey(way) && (
            <Tooltip label={t("removeKey", { key: way.label })}>
              <ActionIcon variant="subtle" color="red" mb={4} aria-label={t("removeKey", { key: way.label })} onClick={() => write(way.path, undefined)}><IconTrash size={16} /></ActionIcon>
            </Tooltip>
          )}
        </Group>
      ))}
      {node.kind === "menu" && free !== undefined && (
        <Group><Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} />} onClick={() => write(["options", free], "hang_up")}>{t("addKey")}</Button></Group>
      )}
    </Stack>
  );
}
