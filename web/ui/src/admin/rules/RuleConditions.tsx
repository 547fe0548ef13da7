/** The conditions of a rule of the CRM: facts that its event knows, tests that fit them, values that they can have. */

import {
  ActionIcon,
  Button,
  Fieldset,
  Group,
  NativeSelect,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";

import { useNamed } from "../choices";
import { fieldId } from "../formFaults";
import { resolve, type Fact } from "../jsonSchema";
import { choiceIn, fieldLabel } from "../labels";
import { useAdmin } from "../words";
import { useWriting } from "../writing";
import type { Condition } from "./sentence";
import { factLabel, useRuleWords, valueLabel } from "./words";

const FIRST: Condition = { field: "known", test: "is", value: "yes" };
const NO_VALUE = new Set(["is_empty", "is_not_empty"]);
const NUMBERS = ["is", "is_not", "below", "above", "is_empty", "is_not_empty"];
const CHOSEN = ["is", "is_not", "is_empty", "is_not_empty"];

/** The facts and the tests that conditions have, as the company's schema says them. */
function useFacts(): { facts: Record<string, Fact>; tests: string[]; on: string } {
  const { root, value } = useWriting();
  const items = resolve(resolve(root.properties?.["conditions"] ?? {}, root).items ?? {}, root);
  return {
    facts: items.properties?.["field"]?.["x-facts"] ?? {},
    tests: items.properties?.["test"]?.enum ?? [],
    on: String(value["on"] ?? ""),
  };
}

/** The tests that make sense with a fact. */
function testsOf(fact: Fact | undefined, tests: string[]): string[] {
  if (fact?.type === "boolean") return ["is"];
  if (fact?.type === "integer") return tests.filter(one => NUMBERS.includes(one));
  if (fact?.enum || fact?.["x-names"]) return tests.filter(one => CHOSEN.includes(one));
  return tests.filter(one => one !== "below" && one !== "above");
}

interface Props {
  value: unknown;
  set: (value: unknown) => void;
}

export function RuleConditions({ value, set }: Props) {
  const { a, language } = useAdmin();
  const { on } = useFacts();
  const list = (Array.isArray(value) ? value : []) as Condition[];
  return (
    <Fieldset id={fieldId(["conditions"])} legend={fieldLabel("conditions", language)} p="sm" className="wide-field">
      <Stack gap="xs">
        {list.length === 0 && (
          <Text size="sm" c="dimmed">
            {choiceIn("crm_rules", "unconditional", language)}
          </Text>
        )}
        {list.map((one, place) => (
          <Row
            key={`${on}${place}`}
            place={place}
            condition={one}
            set={fresh => set(fresh === null ? list.filter((_, other) => other !== place) : list.with(place, fresh))}
          />
        ))}
        <Group>
          <Button
            variant="light"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden="true" />}
            aria-label={`${a("add")}: ${fieldLabel("conditions", language)}`}
            onClick={() => set([...list, FIRST])}
          >
            {a("add")}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

function Row({
  place,
  condition,
  set,
}: {
  place: number;
  condition: Condition;
  set: (fresh: Condition | null) => void;
}) {
  const { a, language } = useAdmin();
  const { r } = useRuleWords();
  const { faults } = useWriting();
  const { facts, tests, on } = useFacts();
  const fact = facts[condition.field];
  const isKnown = (one: Fact | undefined) => one?.["x-on"]?.includes(on) ?? true;
  const offered = Object.keys(facts).filter(name => isKnown(facts[name]) || name === condition.field);
  const usual = testsOf(fact, tests);
  const fitting = usual.includes(condition.test) ? usual : [condition.test, ...usual];
  const fault = (name: string) =>
    faults
      .filter(
        one => one.field === `conditions.${place}.${name}` || (name === "value" && one.field === `conditions.${place}`),
      )
      .map(one => one.message)
      .join("; ") || null;
  function choose(field: string) {
    const next = facts[field];
    const [test = "is"] = testsOf(next, tests);
    set({ field, test, value: next?.type === "boolean" ? "yes" : (next?.enum?.[0] ?? "") });
  }
  return (
    <Group wrap="nowrap" align="flex-start" className="form-row">
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="xs" className="grow">
        <Select
          id={fieldId(["conditions", place, "field"])}
          label={fieldLabel("field", language)}
          data={offered.map(name => ({ value: name, label: factLabel(name, language) }))}
          value={condition.field}
          searchable
          allowDeselect={false}
          error={fault("field") ?? (isKnown(fact) ? null : r("unknownTo"))}
          onChange={name => name && choose(name)}
        />
        <NativeSelect
          id={fieldId(["conditions", place, "test"])}
          label={fieldLabel("test", language)}
          data={fitting.map(one => ({ value: one, label: choiceIn("crm_rules", one, language) }))}
          value={condition.test}
          error={fault("test")}
          onChange={event => set({ ...condition, test: event.currentTarget.value })}
        />
        {!NO_VALUE.has(condition.test) && (
          <ValueInput
            id={fieldId(["conditions", place, "value"])}
            condition={condition}
            fact={fact}
            error={fault("value")}
            set={fresh => set({ ...condition, value: fresh })}
          />
        )}
      </SimpleGrid>
      <ActionIcon
        variant="subtle"
        color="gray"
        mt={28}
        aria-label={`${a("takeAway")}: ${fieldLabel("conditions", language)} ${place + 1}`}
        onClick={() => set(null)}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}

interface ValueProps {
  id: string;
  condition: Condition;
  fact: Fact | undefined;
  error: string | null;
  set: (value: string) => void;
}

function ValueInput({ id, condition: { value }, fact, error, set }: ValueProps) {
  const { language } = useAdmin();
  const named = useNamed(fact?.["x-names"] ?? "", "crm_rules");
  const props = { id, label: fieldLabel("value", language), error };
  const fixed = fact?.type === "boolean" ? ["yes", "no"] : fact?.enum;
  if (fixed) {
    const data = (fixed.includes(value) ? fixed : [value, ...fixed]).map(one => ({
      value: one,
      label: valueLabel(one, language),
    }));
    return <NativeSelect {...props} data={data} value={value} onChange={event => set(event.currentTarget.value)} />;
  }
  if (named) {
    const data = value === "" || named.some(one => one.value === value) ? named : [{ value, label: value }, ...named];
    return (
      <Select
        {...props}
        data={data}
        value={value || null}
        searchable
        allowDeselect={false}
        onChange={chosen => set(chosen ?? "")}
      />
    );
  }
  if (fact?.type === "integer") {
    return (
      <NumberInput
        {...props}
        hideControls
        clampBehavior="none"
        allowDecimal={false}
        {...(fact.minimum === undefined ? {} : { min: fact.minimum })}
        {...(fact.maximum === undefined ? {} : { max: fact.maximum })}
        value={value}
        onChange={typed => set(String(typed))}
      />
    );
  }
  return (
    <TextInput
      {...props}
      maxLength={200}
      autoComplete="off"
      value={value}
      onChange={event => set(event.currentTarget.value)}
    />
  );
}
