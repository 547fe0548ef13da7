/** One step: its name, what it says and does, and where each of its ways leads. */

import { ActionIcon, Alert, Button, Group, Stack, Text, TextInput, Title, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconFlag, IconPlus, IconTrash } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";

import type { MenuFault } from "../api/schema";
import { CaseFields } from "./CaseFields";
import { DESTINATIONS, isRecord, type Flow, type FlowNode, type Path, type Way } from "./document";
import { faultAt, sentence, type FaultAt } from "./faultsAt";
import { FIELDS, type Field } from "./kinds";
import { StepField } from "./StepField";
import { DestinationField, TargetField } from "./TargetField";
import { variablesOf } from "./variables";
import { useFlowWords, useNames } from "./words";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "*", "#"];
/** What most people look for, though a step can do without it. */
const PLAIN = ["extensions", "min_digits", "max_digits", "save", "allowed"];
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
  const steps = flow.nodes.map(one => one.name);
  const variables = useMemo(() => variablesOf(flow), [flow]);
  const at = faultAt(faults, node.name, node.kind);
  const fields = FIELDS[node.kind] ?? [];
  const body = isRecord(node.body) ? node.body : {};
  // What was there when the step was opened stays in its place while one types.
  const [used] = useState(() => new Set(Object.keys(body)));
  const isUsed = (field: Field) => used.has(field.name) || PLAIN.includes(field.name);
  const more = fields.filter(field => field.optional && !isUsed(field));
  const shown = (field: Field) => (
    <StepField
      key={field.name}
      field={field}
      node={node}
      languages={flow.languages}
      variables={variables}
      at={at}
      change={value => write([field.name], value)}
    />
  );
  const isAtField = (fault: MenuFault) =>
    [...fields.map(field => field.name), ...node.ways.map(way => way.path[0])].includes(fault.path[3] ?? "");
  return (
    <Stack
      gap="sm"
      component="form"
      onSubmit={event => event.preventDefault()}
      aria-label={`${t("step")} ${node.name}`}
    >
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} size="h3">
          {named(node.kind)}
        </Title>
        <Group gap={4} wrap="nowrap">
          <Tooltip label={flow.start === node.name ? t("start") : t("makeStart")}>
            <ActionIcon
              variant={flow.start === node.name ? "light" : "subtle"}
              aria-label={t("makeStart")}
              aria-pressed={flow.start === node.name}
              onClick={makeStart}
            >
              <IconFlag size={18} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t("removeStep")}>
            <ActionIcon variant="subtle" color="red" aria-label={t("removeStep")} onClick={remove}>
              <IconTrash size={18} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      {faults
        .filter(fault => !isAtField(fault))
        .map((fault, index) => (
          <Alert
            key={index}
            p="xs"
            color={fault.is_warning ? "yellow" : "red"}
            icon={<IconAlertTriangle size={18} aria-hidden="true" />}
          >
            <Text size="sm">{sentence(fault.message)}</Text>
          </Alert>
        ))}
      <NameField key={node.name} node={node} steps={steps} rename={rename} />
      {fields.filter(field => !field.optional || isUsed(field)).map(shown)}
      {node.kind === "branch" && <CaseFields node={node} steps={steps} variables={variables} at={at} write={write} />}
      {(DESTINATIONS as readonly string[]).includes(node.kind) && (
        <DestinationField
          kind={node.kind}
          value={String(node.body ?? "")}
          error={at([])}
          change={value => write([], value)}
        />
      )}
      <Ways node={node} steps={steps} at={at} write={write} />
      {more.length > 0 && (
        <details className="flow-more">
          <summary>{t("more")}</summary>
          <Stack gap="sm" mt="sm">
            {more.map(shown)}
          </Stack>
        </details>
      )}
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
      onChange={event => setName(event.currentTarget.value)}
      onBlur={settle}
      onKeyDown={event => event.key === "Enter" && settle()}
    />
  );
}

function Ways({
  node,
  steps,
  at,
  write,
}: {
  node: FlowNode;
  steps: string[];
  at: FaultAt;
  write: (path: Path, value: unknown) => void;
}) {
  const t = useFlowWords();
  const named = useNames();
  const ways = node.ways.filter(way => way.path[0] !== "when");
  if (ways.length === 0) return null;
  const free = KEYS.find(key => !node.ways.some(way => way.label === key));
  const isKey = (way: Way) => node.kind === "menu" && way.path[0] === "options";
  return (
    <Stack gap={6}>
      <Title order={3} size="h4">
        {t("leadsTo")}
      </Title>
      {ways.map(way => (
        <Group key={way.path.join(".") || "go"} gap={4} wrap="nowrap" align="flex-start">
          <Stack flex={1} gap={0}>
            <TargetField
              label={isKey(way) ? t("key", { key: way.label }) : named(way.label)}
              target={way.target}
              steps={steps}
              error={at(way.path)}
              change={target => write(way.path, target)}
            />
          </Stack>
          {isKey(way) && (
            <Tooltip label={t("removeKey", { key: way.label })}>
              <ActionIcon
                variant="subtle"
                color="red"
                mt={26}
                aria-label={t("removeKey", { key: way.label })}
                onClick={() => write(way.path, undefined)}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      ))}
      {node.kind === "menu" && free !== undefined && (
        <Group>
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => write(["options", free], "hang_up")}
          >
            {t("addKey")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
