/** Fields of one value: a text, a number, a choice, a place that calls go to, hours. */

import {
  Fieldset,
  Group,
  JsonInput,
  NativeSelect,
  NumberInput,
  Select,
  SimpleGrid,
  Switch,
  Textarea,
  TextInput,
} from "@mantine/core";

import { WrongText } from "../components/WrongText";
import { hasTarget, useNamed, useTargets } from "./choices";
import { framed, labels, useField, type KnownProps } from "./field";
import { isFields, resolve } from "./jsonSchema";
import { choiceIn, choiceLabel, fieldLabel } from "./labels";
import { OpeningHours } from "./OpeningHours";
import { SPECIAL } from "./SpecialFields";
import { useAdmin } from "./words";
import { useWriting } from "./writing";

const PROSE = new Set(["text", "texts", "greeting", "whisper", "note", "script"]);
const LONG = 300;
export function SpecialField({ path, schema, value, bare }: KnownProps) {
  const { kind } = useWriting();
  const field = useField({ path, schema });
  const Input = SPECIAL[`${kind}.${field.name}`];
  return Input && <Input labels={labels(field, bare)} value={value} set={field.set} language={field.language} />;
}

export function TextField({ path, schema, value, bare, needed }: KnownProps) {
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

export function NumberField({ path, schema, value, bare }: KnownProps) {
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

export function SwitchField({ path, schema, value }: KnownProps) {
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

export function ChoiceField({ path, schema, value, bare, choose }: KnownProps) {
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

export function DestinationField({ path, schema, value, alone }: KnownProps) {
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

export function HoursField({ path, schema, value }: KnownProps) {
  const field = useField({ path, schema });
  return (
    <OpeningHours label={field.label} value={isFields(value) ? value : null} change={field.set} error={field.error} />
  );
}

/** A text for each language. */
export function ByLanguageField({ path, schema, value }: KnownProps) {
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

export function AnyField({ path, schema, value }: KnownProps) {
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
