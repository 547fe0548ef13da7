/** One rule: what it says in a line, and all of it when it is opened. */

import {
  ActionIcon,
  Badge,
  Collapse,
  Group,
  MultiSelect,
  NativeSelect,
  NumberInput,
  Paper,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconChevronDown,
  IconChevronUp,
  IconPlayerRecord,
  IconTrash,
} from "@tabler/icons-react";

import type { Choice } from "../choices";
import { Directions } from "./Directions";
import { summary, type Called, type Rule } from "./policy";
import { useRecordingWords } from "./words";

interface RuleCardProps {
  rule: Rule;
  place: number;
  count: number;
  isOpen: boolean;
  people: Choice[];
  queues: Choice[];
  departments: string[];
  called: Called;
  fault: (field: string) => string | null;
  toggle: () => void;
  change: (rule: Rule) => void;
  move: (by: -1 | 1) => void;
  remove: () => void;
}

export function RuleCard({
  rule,
  place,
  count,
  isOpen,
  people,
  queues,
  departments,
  called,
  fault,
  toggle,
  change,
  move,
  remove,
}: RuleCardProps) {
  const { r } = useRecordingWords();
  const title = rule.title.trim() || r("newRule", { number: place + 1 });
  return (
    <Paper
      withBorder
      p="sm"
      component="li"
      className="rule-card"
      data-testid="recording-rule"
      aria-label={r("rule", { number: place + 1, title })}
    >
      <Group justify="space-between" align="flex-start" gap="xs">
        <Group gap="sm" align="flex-start" wrap="nowrap" className="rule-said">
          <Text c="dimmed" className="tabular" aria-hidden="true">
            {place + 1}
          </Text>
          <div className="grow">
            <Group gap="xs">
              <Text fw={600}>{title}</Text>
              <Badge
                variant="light"
                color={rule.record ? "accent" : "gray"}
                className="whole-badge"
                leftSection={<IconPlayerRecord size={12} aria-hidden="true" />}
              >
                {r(rule.record ? "records" : "skips")}
              </Badge>
            </Group>
            <Text size="sm" c="dimmed">
              {summary(rule, r, called)}
            </Text>
          </div>
        </Group>
        <Group gap={2} wrap="nowrap" ml="auto">
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            disabled={place === 0}
            aria-label={r("up", { title })}
            onClick={() => move(-1)}
          >
            <IconArrowUp size={18} aria-hidden="true" />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            disabled={place === count - 1}
            aria-label={r("down", { title })}
            onClick={() => move(1)}
          >
            <IconArrowDown size={18} aria-hidden="true" />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-expanded={isOpen}
            aria-label={r("edit", { title })}
            onClick={toggle}
          >
            {isOpen ? <IconChevronUp size={18} aria-hidden="true" /> : <IconChevronDown size={18} aria-hidden="true" />}
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={r("removeRule", { title })} onClick={remove}>
            <IconTrash size={18} aria-hidden="true" />
          </ActionIcon>
        </Group>
      </Group>
      <Collapse expanded={isOpen}>
        <Stack mt="sm" gap="sm">
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <TextInput
              label={r("title")}
              required
              maxLength={100}
              value={rule.title}
              error={fault("title")}
              onChange={event => change({ ...rule, title: event.currentTarget.value })}
            />
            <NativeSelect
              label={r("does")}
              value={String(rule.record)}
              data={[
                { value: "true", label: r("records") },
                { value: "false", label: r("skips") },
              ]}
              onChange={event => change({ ...rule, record: event.currentTarget.value === "true" })}
            />
            <NumberInput
              label={r("keepDays")}
              placeholder={r("keepAsAll")}
              min={1}
              max={36500}
              allowDecimal={false}
              hideControls
              value={rule.keep_days ?? ""}
              error={fault("keep_days")}
              onChange={days => change({ ...rule, keep_days: days === "" ? null : Number(days) })}
            />
          </SimpleGrid>
          <Directions
            label={r("directions")}
            value={rule.directions}
            change={directions => change({ ...rule, directions })}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <MultiSelect
              label={r("queues")}
              data={queues}
              searchable
              value={rule.queues}
              error={fault("queues")}
              onChange={chosen => change({ ...rule, queues: chosen })}
            />
            <MultiSelect
              label={r("people")}
              data={people}
              searchable
              value={rule.people}
              error={fault("people")}
              onChange={chosen => change({ ...rule, people: chosen })}
            />
            <TagsInput
              label={r("departments")}
              data={departments}
              value={rule.departments}
              error={fault("departments")}
              onChange={typed => change({ ...rule, departments: typed })}
            />
            <TagsInput
              label={r("numbers")}
              description={r("numbersHint")}
              inputWrapperOrder={["label", "input", "description", "error"]}
              data={[]}
              splitChars={[",", " ", ";"]}
              value={rule.numbers}
              error={fault("numbers") && r("numbersWrong")}
              onChange={typed => change({ ...rule, numbers: typed })}
            />
          </SimpleGrid>
        </Stack>
      </Collapse>
    </Paper>
  );
}
