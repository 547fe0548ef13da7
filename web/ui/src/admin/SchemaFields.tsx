/** Fields of a form, made from the JSON Schema of what is written: a field that is new in the company appears by itself. */

import { Button, Fieldset, Group, MultiSelect, SimpleGrid, Stack, TagsInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";

import { WrongText } from "../components/WrongText";
import { useNamed } from "./choices";
import { framed, labels, useField, type FieldProps, type KnownProps } from "./field";
import {
  chosenAnew,
  initial,
  isFields,
  isNeeded,
  resolve,
  usedFields,
  type JsonSchema,
  type Resolved,
  type Value,
} from "./jsonSchema";
import { choiceLabel } from "./labels";
import {
  AnyField,
  ByLanguageField,
  ChoiceField,
  DestinationField,
  HoursField,
  NumberField,
  SpecialField,
  SwitchField,
  TextField,
} from "./SimpleFields";
import { SPECIAL } from "./SpecialFields";
import { useAdmin } from "./words";
import { useWriting } from "./writing";

/** One field, by the type of its value. */
export function SchemaField({ schema, ...given }: FieldProps) {
  const { root, kind } = useWriting();
  const known = resolve(schema, root);
  const { path } = given;
  const props = { ...given, schema: known };
  if (path.length === 1 && SPECIAL[`${kind}.${path[0]}`]) return <SpecialField {...props} />;
  if (known.enum) return <ChoiceField {...props} />;
  if (known.type === "boolean") return <SwitchField {...props} />;
  if (known.type === "integer" || known.type === "number") return <NumberField {...props} />;
  if (known.type === "string") return <TextField {...props} />;
  if (known.type === "array") return <ListField {...props} />;
  if (known.properties?.["kind"] && known.properties["target"]) return <DestinationField {...props} />;
  if (known.properties?.["weekly"] && known.properties["holidays"]) return <HoursField {...props} />;
  if (known.type === "object" && known.properties) return <ObjectField {...props} />;
  if (known.type === "object" && known.propertyNames?.enum) return <ByLanguageField {...props} />;
  if (known.type === "object") return <TableField {...props} />;
  return <AnyField {...props} />;
}

function ListField({ path, schema, value, bare, alone }: KnownProps) {
  const { root, kind } = useWriting();
  const field = useField({ path, schema });
  const items = resolve(schema.items ?? {}, root);
  const choices = useNamed(field.name, kind);
  const list = Array.isArray(value) ? (value as Value[]) : [];
  if (items.enum) {
    const data = items.enum.map(one => ({ value: one, label: choiceLabel(one, field.language) }));
    return <MultiSelect {...labels(field, bare)} data={data} value={list.map(String)} onChange={field.set} />;
  }
  if (items.type === "string" && choices !== null)
    return (
      <MultiSelect {...labels(field, bare)} data={choices} value={list.map(String)} searchable onChange={field.set} />
    );
  if (items.type === "string")
    return (
      <TagsInput
        {...labels(field, bare)}
        data={[]}
        value={list.map(String)}
        splitChars={[",", " ", ";"]}
        onChange={field.set}
      />
    );
  return <RowsField path={path} schema={schema} value={list} items={items} {...(alone ? { alone } : {})} />;
}

/** A list of things with fields of their own, one row each. */
function RowsField({ path, schema, value, items, alone }: KnownProps & { items: Resolved }) {
  const { a } = useAdmin();
  const { root } = useWriting();
  const field = useField({ path, schema });
  const rows = value as Value[];
  const first = isFields(initial(items, root)) ? "" : undefined;
  const within = (row: Value, place: number, name: string) => {
    if (!isFields(row)) return {};
    const choose = (fresh: Value) =>
      field.set(rows.with(place, chosenAnew(items, root, row, { ...row, [name]: fresh })));
    return { needed: isNeeded(items, row, name), ...(items["x-uses"]?.[name] ? { choose } : {}) };
  };
  return (
    <Fieldset id={field.id} {...framed(field.label, alone)} className="wide-field">
      <Stack gap="xs">
        {rows.map((row, place) => (
          <Group key={place} wrap="nowrap" align="flex-start" className="form-row">
            <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="xs" className="grow">
              {items.properties ? (
                usedFields(items, isFields(row) ? row : {}).map(([name, inner]) => (
                  <SchemaField
                    key={name}
                    path={[...path, place, name]}
                    schema={inner}
                    value={isFields(row) ? row[name] : first}
                    {...within(row, place, name)}
                  />
                ))
              ) : (
                <SchemaField path={[...path, place]} schema={items} value={row} bare />
              )}
            </SimpleGrid>
            <Button
              variant="subtle"
              color="gray"
              size="compact-sm"
              mt={28}
              px={6}
              aria-label={`${a("takeAway")}: ${field.label} ${place + 1}`}
              onClick={() => field.set(rows.filter((_, other) => other !== place))}
            >
              <IconTrash size={16} aria-hidden="true" />
            </Button>
          </Group>
        ))}
        {field.error && rows.length === 0 && (
          <WrongText size="sm" quiet>
            {field.error}
          </WrongText>
        )}
        <Group>
          <Button
            variant="light"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden="true" />}
            onClick={() => field.set([...rows, initial(items, root)])}
          >
            {a("add")}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

function ObjectField({ path, schema, value }: KnownProps) {
  const field = useField({ path, schema });
  const { a } = useAdmin();
  const { root } = useWriting();
  if (schema.isNullable && (value === null || value === undefined)) {
    return (
      <Fieldset id={field.id} legend={field.label} p="sm">
        <Button
          variant="light"
          size="xs"
          onClick={() => field.set(initial({ ...schema, default: undefined, isNullable: false } as JsonSchema, root))}
        >
          {a("add")}
        </Button>
      </Fieldset>
    );
  }
  const fields = isFields(value) ? value : {};
  return (
    <Fieldset id={field.id} legend={field.label} p="sm" className="wide-field">
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
        {Object.entries(schema.properties ?? {}).map(([name, inner]) => (
          <SchemaField key={name} path={[...path, name]} schema={inner} value={fields[name]} />
        ))}
      </SimpleGrid>
      {schema.isNullable && (
        <Button mt="xs" variant="subtle" size="xs" color="gray" onClick={() => field.set(null)}>
          {a("takeAway")}
        </Button>
      )}
    </Fieldset>
  );
}

/** Names and their values, as lines `name: value`. */
function TableField({ path, schema, value }: KnownProps) {
  const { a } = useAdmin();
  const { root } = useWriting();
  const field = useField({ path, schema });
  const inner = typeof schema.additionalProperties === "object" ? resolve(schema.additionalProperties, root) : null;
  if (inner === null || inner.type === "object" || inner.type === "array")
    return <AnyField path={path} schema={schema} value={value} />;
  const isNumber = inner.type === "integer" || inner.type === "number";
  const lines = Object.entries(isFields(value) ? value : {}).map(([name, one]) => `${name}: ${String(one)}`);
  const read = (line: string): [string, Value] => {
    const [name, ...rest] = line.split(":");
    const text = rest.join(":").trim();
    return [(name ?? "").trim(), isNumber ? Number(text || (inner.minimum ?? 0)) : text];
  };
  return (
    <TagsInput
      id={field.id}
      label={field.label}
      error={field.error}
      placeholder={a(isNumber ? "skillExample" : "pairExample")}
      data={[]}
      value={lines}
      onChange={typed => field.set(Object.fromEntries(typed.map(read)))}
    />
  );
}
