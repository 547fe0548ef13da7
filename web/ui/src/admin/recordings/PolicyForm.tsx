/** What is recorded, who is told, who may interrupt it, and how long it is kept. */

import {
  Button,
  Group,
  NativeSelect,
  NumberInput,
  Paper,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";

import type { Fault } from "../../api/client";
import { useNames } from "../../live/lists";
import type { Choice } from "../choices";
import type { Fields } from "../jsonSchema";
import { useParts, type PartPage } from "../parts";
import { NoticePart } from "./NoticePart";
import { moved, newRule, policyOf, type Policy } from "./policy";
import { RuleCard } from "./RuleCard";
import { useRecordingWords } from "./words";

const MANY = { limit: 500 };
const MAX_RULES = 200;

const choices = (page: PartPage | undefined, named: string, called: string): Choice[] =>
  (page?.items ?? []).map(({ value }) => ({
    value: String(value[named]),
    label: String(value[called] || value[named]),
  }));

export function PolicyForm({
  value,
  change,
  faults,
}: {
  value: Fields;
  change: (value: Fields) => void;
  faults: Fault[];
}) {
  const policy = policyOf(value);
  const set = (fresh: Partial<Policy>) => change({ ...policy, ...fresh } as unknown as Fields);
  const fault = (field: string) =>
    faults
      .filter(one => one.field === field || one.field.startsWith(`${field}.`))
      .map(one => one.message)
      .join("; ") || null;
  return (
    <Stack>
      <Rules policy={policy} set={set} faults={faults} fault={fault} />
      <NoticePart value={policy.notice} change={notice => set({ notice })} fault={field => fault(`notice.${field}`)} />
      <Pauses policy={policy} set={set} fault={fault} />
      <Keeping policy={policy} set={set} fault={fault} />
    </Stack>
  );
}

interface PartProps {
  policy: Policy;
  set: (fresh: Partial<Policy>) => void;
  fault: (field: string) => string | null;
}

function Rules({ policy, set, faults, fault }: PartProps & { faults: Fault[] }) {
  const { r } = useRecordingWords();
  const names = useNames();
  const people = useParts("people", MANY);
  const queues = useParts("queues", MANY);
  const [open, setOpen] = useState<number | null>(null);
  const departments = useMemo(
    () => [
      ...new Set((people.data?.items ?? []).map(({ value }) => String(value["department"] ?? "")).filter(Boolean)),
    ],
    [people.data],
  );
  const wrong = new Set(faults.map(one => /^rules\.(\d+)\./.exec(one.field)?.[1]).filter(place => place !== undefined));
  const { rules } = policy;

  function move(from: number, by: -1 | 1) {
    set({ rules: moved(rules, from, by) });
    if (open === from) setOpen(from + by);
    else if (open === from + by) setOpen(from);
  }
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h3">
        {r("what")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {r("rulesHint")}
      </Text>
      <Stack gap="xs">
        {rules.length === 0 && <Text size="sm">{r("noRules")}</Text>}
        {rules.length > 0 && (
          <Stack component="ol" gap="xs" className="rule-list">
            {rules.map((rule, place) => (
              <RuleCard
                key={place}
                rule={rule}
                place={place}
                count={rules.length}
                isOpen={open === place || wrong.has(String(place))}
                people={choices(people.data, "login", "name")}
                queues={choices(queues.data, "name", "title")}
                departments={departments}
                called={names}
                fault={field => fault(`rules.${place}.${field}`)}
                toggle={() => setOpen(open === place ? null : place)}
                change={fresh => set({ rules: rules.map((one, other) => (other === place ? fresh : one)) })}
                move={by => move(place, by)}
                remove={() => {
                  set({ rules: rules.filter((_, other) => other !== place) });
                  setOpen(null);
                }}
              />
            ))}
          </Stack>
        )}
        <Group>
          <Button
            variant="light"
            size="xs"
            disabled={rules.length >= MAX_RULES}
            leftSection={<IconPlus size={14} aria-hidden="true" />}
            onClick={() => {
              set({ rules: [...rules, newRule(r("newRule", { number: rules.length + 1 }))] });
              setOpen(rules.length);
            }}
          >
            {r("addRule")}
          </Button>
        </Group>
        <Group gap="sm" mt="xs">
          <Text size="sm" fw={600} id="recorded-by-default">
            {r("byDefault")}
          </Text>
          <SegmentedControl
            aria-labelledby="recorded-by-default"
            value={String(policy.by_default)}
            data={[
              { value: "true", label: r("everything") },
              { value: "false", label: r("nothing") },
            ]}
            onChange={chosen => set({ by_default: chosen === "true" })}
          />
        </Group>
      </Stack>
    </Paper>
  );
}

function Pauses({ policy, set, fault }: PartProps) {
  const { r } = useRecordingWords();
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h3">
        {r("pauses")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {r("pausesHint")}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <NativeSelect
          label={r("talkersMay")}
          value={policy.talkers_may}
          data={[
            { value: "on_and_off", label: r("on_and_off") },
            { value: "pause", label: r("pause") },
            { value: "nothing", label: r("noneOfIt") },
          ]}
          error={fault("talkers_may")}
          onChange={event => set({ talkers_may: event.currentTarget.value as Policy["talkers_may"] })}
        />
        <NumberInput
          label={r("pauseS")}
          description={r("pauseSHint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          min={0}
          max={3600}
          allowDecimal={false}
          hideControls
          value={policy.pause_s}
          error={fault("pause_s")}
          onChange={typed => set({ pause_s: Number(typed) })}
        />
        <NumberInput
          label={r("digitsPauseS")}
          description={r("digitsPauseSHint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          min={0}
          max={300}
          allowDecimal={false}
          hideControls
          value={policy.digits_pause_s}
          error={fault("digits_pause_s")}
          onChange={typed => set({ digits_pause_s: Number(typed) })}
        />
      </SimpleGrid>
    </Paper>
  );
}

function Keeping({ policy, set, fault }: PartProps) {
  const { r } = useRecordingWords();
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h3" mb="sm">
        {r("keeping")}
      </Title>
      <NumberInput
        label={r("keepAll")}
        description={r("keepAllHint")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        placeholder={r("forever")}
        maw={420}
        min={1}
        max={36500}
        allowDecimal={false}
        hideControls
        value={policy.keep_days ?? ""}
        error={fault("keep_days")}
        onChange={days => set({ keep_days: days === "" ? null : Number(days) })}
      />
    </Paper>
  );
}
