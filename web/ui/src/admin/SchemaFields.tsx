/** Fields of a form, made from the JSON Schema of what is written: a field that is new in the company appears by itself. */

import {
  Button,
  Fieldset,
  Group,
  JsonInput,
  MultiSelect,
  NativeSelect,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  Textarea,
  TextInput,
} from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";

import { WrongText } from "../components/WrongText";
import { hasTarget, useNamed, useTargets } from "./choices";
import {
  chosenAnew,
  initial,
  isFields,
  isNeeded,
  put,
  resolve,
  usedFields,
  type Fields,
  type JsonSchema,
  type Path,
  type Resolved,
  type Value,
} from "./jsonSchema";
import { fieldHint } from "./fieldHints";
import { fieldId } from "./formFaults";
import { choiceIn, choiceLabel, fieldLabel, labelIn, labelInside } from "./labels";
import { OpeningHours } from "./OpeningHours";
import { SPECIAL } from "./SpecialFields";
import { useAdmin } from "./words";
import { useWriting } from "./writing";

const PROSE = new Set(["text", "texts", "greeting", "whisper", "note", "script"]);
const LONG = 300;
/** Hints stand below, so that the inputs of a row are level. */
const ORDER: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];

interface FieldProps {
  path: Path;
  schema: JsonSchema;
  value: Value;
  /** Without a label of its own: it stands in a row that has one. */
  bare?: boolean;
  /** Without a frame of its own: the section that it stands in is called the same. */
  alone?: boolean;
  /** What it stands in cannot do without it, as that is now. */
  needed?: boolean;
  /** What else a choice changes of what it stands in. */
  choose?: (fresh: Value) => void;
}

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

interface KnownProps extends FieldProps {
  schema: Resolved;
}

function SpecialField({ path, schema, value, bare }: KnownProps) {
  const { kind } = useWriting();
  const field = useField({ path, schema });
  const Input = SPECIAL[`${kind}.${field.name}`];
  return Input && <Input labels={labels(field, bare)} value={value} set={field.set} language={field.language} />;
}

/** What every input needs: its label, its fault, whether it is needed, and how it is changed. */
function useField({ path, schema, needed, choose }: Pick<KnownProps, "path" | "schema" | "needed" | "choose">) {
  const { kind, value: whole, change, faults, root, fixed } = useWriting();
  const { language } = useAdmin();
  const name = String(path.filter(step => typeof step === "string").at(-1) ?? "");
  const here = path.join(".");
  const mine = faults.filter(fault => fault.field === here || fault.field.startsWith(`${here}.`));
  return {
    id: fieldId(path),
    name,
    label: path.length === 1 ? labelIn(kind, name, language) : labelInside(kind, name, language),
    error: mine.map(fault => fault.message).join("; ") || null,
    description: schema.format === "email" ? undefined : fieldHint(kind, name, path.length === 1, language),
    required: needed || (path.length === 1 && (root.required ?? []).includes(name) && !schema.isNullable),
    disabled: path.length === 1 && fixed === name,
    set: choose ?? ((fresh: Value) => change(put(whole, path, fresh) as Fields)),
    language,
  };
}

/** A frame with its name, or none of both where the section has it. */
const framed = (label: string, alone: boolean | undefined) =>
  alone ? { variant: "unstyled" as const, "aria-label": label } : { legend: label, p: "sm" as const };

function labels(field: ReturnType<typeof useField>, bare: boolean | undefined) {
  const { id, label, error, description, required, disabled } = field;
  return {
    id,
    ...(bare ? { "aria-label": label } : { label, description }),
    error,
    required: required && !disabled,
    readOnly: disabled,
    variant: disabled ? "filled" : "default",
    inputWrapperOrder: ORDER,
  };
}

function TextField({ path, schema, value, bare, needed }: KnownProps) {
  const { kind } = useWriting();
  const field = useField({ path, schema, ...(needed ? { needed } : {}) });
  const isMail = schema.format === "email";
  const named = useNamed(field.name, kind);
  const choices = isMail ? null : named;
  const text = value === null || value === undefined ? "" : String(value);
  const set = (typed: string) => field.set(typed === "" && schema.isNullable ? null : typed);
  if (choices !== null) {
    const known =
      choices.some(choice => choice.value === text) || text === ""
        ? choices
        : [{ value: text, label: text }, ...choices];
    return (
      <Select
        {...labels(field, bare)}
        data={known}
        value={text || null}
        searchable
        clearable={schema.isNullable}
        onChange={chosen => set(chosen ?? "")}
        comboboxProps={{ withinPortal: true }}
      />
    );
  }
  const limit = schema.maxLength === undefined ? {} : { maxLength: schema.maxLength };
  if (PROSE.has(field.name) || ((schema.maxLength ?? 0) >= LONG && schema.pattern === undefined)) {
    return (
      <Textarea
        {...labels(field, bare)}
        {...limit}
        autosize
        minRows={2}
        maxRows={12}
        value={text}
        onChange={event => set(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      {...labels(field, bare)}
      {...limit}
      {...(isMail ? { type: "email", placeholder: "ana@example.com" } : {})}
      name={path.join(".")}
      autoComplete="off"
      value={text}
      onChange={event => set(event.currentTarget.value)}
    />
  );
}

function NumberField({ path, schema, value, bare }: KnownProps) {
  const field = useField({ path, schema });
  const least = schema.minimum ?? schema.exclusiveMinimum;
  return (
    <NumberInput
      {...labels(field, bare)}
      {...(least === undefined ? {} : { min: least })}
      {...(schema.maximum === undefined ? {} : { max: schema.maximum })}
      allowDecimal={schema.type === "number"}
      clampBehavior="none"
      hideControls
      value={value === null || value === undefined ? "" : Number(value)}
      onChange={typed => field.set(typed === "" ? null : typed)}
    />
  );
}

function SwitchField({ path, schema, value }: KnownProps) {
  const field = useField({ path, schema });
  return (
    <Switch
      id={field.id}
      className="form-switch"
      label={field.label}
      description={field.description}
      error={field.error}
      checked={value === true}
      onChange={event => field.set(event.currentTarget.checked)}
    />
  );
}

function ChoiceField({ path, schema, value, bare, choose }: KnownProps) {
  const { a } = useAdmin();
  const { kind } = useWriting();
  const field = useField({ path, schema, ...(choose ? { choose } : {}) });
  const choices = (schema.enum ?? []).map(one => ({ value: one, label: choiceIn(kind, one, field.language) }));
  const data = schema.isNullable ? [{ value: "", label: a("none") }, ...choices] : choices;
  return (
    <NativeSelect
      {...labels(field, bare)}
      data={data}
      value={value === null || value === undefined ? "" : String(value)}
      onChange={event => field.set(event.currentTarget.value || null)}
    />
  );
}

function DestinationField({ path, schema, value, alone }: KnownProps) {
  const { a } = useAdmin();
  const field = useField({ path, schema });
  const { root } = useWriting();
  const fields = isFields(value) ? value : {};
  const kind = String(fields["kind"] ?? "");
  const kinds = resolve(schema.properties?.["kind"] ?? {}, root).enum ?? [];
  const targets = useTargets(kind);
  const target = String(fields["target"] ?? "");
  const known =
    targets && target && !targets.some(one => one.value === target)
      ? [{ value: target, label: target }, ...targets]
      : targets;
  const choose = (chosen: string) => field.set(chosen === "" ? null : { ...fields, kind: chosen, target: "" });
  return (
    <Fieldset id={field.id} {...framed(field.label, alone)} className="wide-field">
      <Group grow align="flex-start" wrap="wrap" preventGrowOverflow={false}>
        <NativeSelect
          aria-label={`${field.label}: ${fieldLabel("kind", field.language)}`}
          data={[
            ...(schema.isNullable || kind === "" ? [{ value: "", label: a("none") }] : []),
            ...kinds.map(one => ({ value: one, label: choiceLabel(one, field.language) })),
          ]}
          value={kind}
          onChange={event => choose(event.currentTarget.value)}
          error={targets === null ? field.error : undefined}
        />
        {known !== null && (
          <Select
            aria-label={`${field.label}: ${fieldLabel("target", field.language)}`}
            data={known}
            value={target || null}
            searchable
            error={field.error}
            onChange={chosen => field.set({ ...fields, target: chosen ?? "" })}
          />
        )}
        {known === null && hasTarget(kind) && (
          <TextInput
            aria-label={`${field.label}: ${fieldLabel("target", field.language)}`}
            value={target}
            error={field.error}
            onChange={event => field.set({ ...fields, target: event.currentTarget.value })}
          />
        )}
      </Group>
    </Fieldset>
  );
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

function HoursField({ path, schema, value }: KnownProps) {
  const field = useField({ path, schema });
  return (
    <OpeningHours label={field.label} value={isFields(value) ? value : null} change={field.set} error={field.error} />
  );
}

/** A text for each language. */
function ByLanguageField({ path, schema, value }: KnownProps) {
  const field = useField({ path, schema });
  const fields = isFields(value) ? value : {};
  return (
    <Fieldset id={field.id} legend={field.label} p="sm" className="wide-field">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {(schema.propertyNames?.enum ?? []).map(language => (
          <Textarea
            key={language}
            label={choiceLabel(language, field.language)}
            autosize
            minRows={1}
            value={String(fields[language] ?? "")}
            onChange={event => {
              const { [language]: _, ...others } = fields;
              field.set(
                event.currentTarget.value === "" ? others : { ...others, [language]: event.currentTarget.value },
              );
            }}
          />
        ))}
      </SimpleGrid>
      {field.error && (
        <WrongText size="sm" quiet>
          {field.error}
        </WrongText>
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

function AnyField({ path, schema, value }: KnownProps) {
  const field = useField({ path, schema });
  return (
    <JsonInput
      id={field.id}
      label={field.label}
      error={field.error}
      className="wide-field"
      autosize
      minRows={2}
      maxRows={16}
      defaultValue={JSON.stringify(value ?? null, null, 2)}
      onBlur={event => {
        try {
          field.set(JSON.parse(event.currentTarget.value));
        } catch {
          // What is no JSON stays in the field, where the input itself says so.
        }
      }}
    />
  );
}
