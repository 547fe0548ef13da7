/** One step as a card: icon and name, what the caller hears, a row for each way out, a red pin for what is wrong. */

import { Badge, Group, Text, Tooltip } from "@mantine/core";
import { IconFlag } from "@tabler/icons-react";
import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";

import type { MenuFault } from "../api/schema";
import { isRecord, type FlowNode } from "./document";
import { ICONS } from "./kinds";
import { sentence } from "./faultsAt";
import { CARD_WIDTH, HEAD_HEIGHT, WAY_HEIGHT, WORDS_HEIGHT } from "./layout";
import { useConditionWords } from "./useConditionWords";
import { useFlowWords, useNames } from "./words";

export type CardNode = Node<
  { node: FlowNode; language: string; isStart: boolean; isHere: boolean; wasHere: boolean; faults: MenuFault[] },
  "card"
>;

export function FlowCard({ data, selected }: NodeProps<CardNode>) {
  const { node, language, isStart, isHere, wasHere, faults } = data;
  const t = useFlowWords();
  const named = useNames();
  const say = useConditionWords();
  const Icon = ICONS[node.kind];
  const marks = [selected && "chosen", isHere && "here", wasHere && "been"].filter(Boolean).join(" ");
  return (
    <div className={`flow-card ${marks}`} style={{ width: CARD_WIDTH }} data-testid={`step-${node.name}`}>
      <Handle type="target" position={Position.Left} style={{ top: HEAD_HEIGHT / 2 }} />
      <Group h={HEAD_HEIGHT} px="sm" gap={8} wrap="nowrap" className="flow-card-head">
        {Icon && <Icon size={18} aria-hidden="true" />}
        <Text fw={600} truncate flex={1}>
          {node.name}
        </Text>
        {isStart && (
          <Tooltip label={t("start")}>
            <IconFlag size={16} aria-label={t("start")} />
          </Tooltip>
        )}
        {faults.length > 0 && (
          <Tooltip label={faults.map(fault => sentence(fault.message)).join(" ")} multiline maw={320}>
            <Badge
              color={faults.every(fault => fault.is_warning) ? "yellow" : "red"}
              variant="filled"
              size="sm"
              circle
              data-testid={`pin-${node.name}`}
            >
              {faults.length}
            </Badge>
          </Tooltip>
        )}
      </Group>
      <div className="flow-card-words" style={{ height: WORDS_HEIGHT }}>
        <Text size="xs" c="dimmed">
          {named(node.kind)}
        </Text>
        <Text size="xs" lineClamp={1}>
          {summary(node, language, named)}
        </Text>
      </div>
      {node.ways.map((way, index) => (
        <Group key={index} h={WAY_HEIGHT} px="sm" justify="space-between" wrap="nowrap" className="flow-way">
          <Text size="xs" truncate fw={way.label.length === 1 ? 700 : 400}>
            {way.path[0] === "when" ? say(way.label) : named(way.label)}
          </Text>
          {typeof way.target === "string" && way.target === "repeat" && (
            <Text size="xs" c="dimmed">
              {named("repeat")}
            </Text>
          )}
          <Handle
            type="source"
            id={String(index)}
            position={Position.Right}
            style={{ top: HEAD_HEIGHT + WORDS_HEIGHT + (index + 0.5) * WAY_HEIGHT }}
          />
        </Group>
      ))}
    </div>
  );
}

/** What the caller hears at a step or what it does, in a line. */
function summary(node: FlowNode, language: string, named: (name: string) => string): string {
  if (node.kind === "language" && isRecord(node.body)) return named(String(node.body.set ?? ""));
  if (!isRecord(node.body)) return node.body === null || node.body === undefined ? "" : String(node.body);
  const said = wordsOf(node.body.prompt, language);
  if (said) return said;
  const shown = Object.entries(node.body).filter(([name]) => !node.ways.some(way => way.path[0] === name));
  return shown
    .map(([, value]) => plain(value, named))
    .filter(Boolean)
    .join(" · ");
}

/** A value of the document as one reads it: lists with commas, names before their values, days as words. */
function plain(value: unknown, named: (name: string) => string): string {
  if (Array.isArray(value)) return value.map(one => plain(one, named)).join(", ");
  if (isRecord(value))
    return Object.entries(value)
      .map(([name, one]) => `${name.split("-").map(named).join("–")} ${plain(one, named)}`)
      .join(", ");
  return value === null || value === undefined ? "" : String(value);
}

export function wordsOf(prompt: unknown, language: string): string {
  if (Array.isArray(prompt))
    return prompt
      .map(part => wordsOf(part, language))
      .filter(Boolean)
      .join(" ");
  if (!isRecord(prompt)) return "";
  const text = prompt[language];
  if (typeof text === "string") return text.trim();
  if (isRecord(text)) return String(text.text ?? "").trim();
  return typeof prompt.prompt === "string" ? `(${prompt.prompt})` : "";
}

export type PillNode = Node<{ kind: string; value: string }, "pill">;

/** Where callers leave the menu. */
export function FlowPill({ data }: NodeProps<PillNode>) {
  const named = useNames();
  const Icon = ICONS[data.kind];
  return (
    <Group className="flow-pill" gap={6} wrap="nowrap" px="sm">
      <Handle type="target" position={Position.Left} />
      {Icon && <Icon size={16} aria-hidden="true" />}
      <Text size="xs" truncate>
        {named(data.kind)}
        {data.value && `: ${data.value}`}
      </Text>
    </Group>
  );
}
