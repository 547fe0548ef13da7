/** The part of JSON Schema that the company's models use, and what a form needs to know of it. */

export interface JsonSchema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: string[];
  const?: unknown;
  anyOf?: JsonSchema[];
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  propertyNames?: JsonSchema;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  /** By a field of choices: the fields that each choice uses, and what is particular to them there. */
  "x-uses"?: Record<string, Record<string, Record<string, JsonSchema>>>;
  /** By a field of choices: the fields that each choice cannot do without. */
  "x-needs"?: Record<string, Record<string, string[]>>;
  /** The facts of which this field names one. */
  "x-facts"?: Record<string, Fact>;
}

/** What is known of an event, as a condition tests it. */
export interface Fact extends JsonSchema {
  /** The events that know it; all where it is missing. */
  "x-on"?: string[];
  /** The field of the company whose values it has. */
  "x-names"?: string;
}

export type Value = unknown;
export type Fields = Record<string, Value>;
export type Path = (string | number)[];

export interface Resolved extends JsonSchema {
  isNullable: boolean;
}

/** The schema without references and without the alternative of null. */
export function resolve(schema: JsonSchema, root: JsonSchema): Resolved {
  let here = schema;
  let isNullable = false;
  for (;;) {
    if (here.$ref !== undefined) {
      const { $ref, ...beside } = here;
      here = { ...root.$defs?.[$ref.split("/").at(-1) ?? ""], ...beside };
      continue;
    }
    const others = here.anyOf?.filter(one => one.type !== "null");
    if (here.anyOf === undefined || others === undefined || others.length !== 1) return { ...here, isNullable };
    isNullable ||= others.length < here.anyOf.length;
    const { anyOf: _, ...beside } = here;
    here = { ...others[0], ...beside };
  }
}

/** What a new value begins as. */
export function initial(schema: JsonSchema, root: JsonSchema): Value {
  const known = resolve(schema, root);
  if (known.default !== undefined) return known.default;
  if (known.isNullable) return null;
  if (known.enum) return known.enum[0];
  switch (known.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(known.properties ?? {}).map(([name, field]) => [name, initial(field, root)]),
      );
    case "array":
      return [];
    case "boolean":
      return false;
    case "integer":
    case "number":
      return known.minimum ?? 0;
    default:
      return "";
  }
}

/** A copy of `value` in which the thing at `path` is another one. */
export function put(value: Value, path: Path, fresh: Value): Value {
  const [step, ...rest] = path;
  if (step === undefined) return fresh;
  if (Array.isArray(value)) return value.map((one: Value, index) => (index === step ? put(one, rest, fresh) : one));
  const fields = (value ?? {}) as Fields;
  return { ...fields, [step]: put(fields[String(step)], rest, fresh) };
}

/** What stands in `value` at a field as the API names it: `members.0.login`. */
export function at(value: Value, field: string): Value {
  return field
    .split(".")
    .reduce<Value>(
      (here, step) => (typeof here === "object" && here !== null ? (here as Fields)[step] : undefined),
      value,
    );
}

export const isFields = (value: Value): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The fields of an object that its choices use, each as it is there. */
export function usedFields(schema: JsonSchema, value: Fields): [name: string, schema: JsonSchema][] {
  const all = Object.entries(schema.properties ?? {});
  const [by, uses] = Object.entries(schema["x-uses"] ?? {})[0] ?? ["", {}];
  const used = uses[String(value[by] ?? "")];
  return used === undefined
    ? all
    : all.flatMap(([name, field]) =>
        name === by ? [[name, field]] : used[name] ? [[name, { ...field, ...used[name] }]] : [],
      );
}

/** Whether the choices of an object need this field. */
export function isNeeded(schema: JsonSchema, value: Fields, name: string): boolean {
  return Object.entries(schema["x-needs"] ?? {}).some(([by, needs]) => needs[String(value[by] ?? "")]?.includes(name));
}

/** An object after another choice: what the new one does not use, or uses as something else, begins anew. */
export function chosenAnew(schema: JsonSchema, root: JsonSchema, value: Fields, fresh: Fields): Fields {
  const before = new Map(usedFields(schema, value));
  const after = new Map(usedFields(schema, fresh));
  if (
    [...before.keys()].join() === [...after.keys()].join() &&
    [...after].every(([name, field]) => field.format === before.get(name)?.format)
  )
    return fresh;
  const kept = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const own = after.get(name);
    if (own === undefined) return [name, initial(field, root)];
    if (own.format === before.get(name)?.format || !before.has(name)) return [name, fresh[name]];
    return [name, own.format === undefined ? initial(field, root) : ""];
  });
  return Object.fromEntries(kept) as Fields;
}
