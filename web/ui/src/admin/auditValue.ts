/** A value of the company as the audit log writes it: words instead of codes, lists and destinations in a line; pure. */

import { isFields, type Value } from "./jsonSchema";
import { choiceIn, choiceLabel, fieldLabel, isChoice, labelInside } from "./labels";
import { permissionName, resourceName } from "./permissionNames";

const LONGEST = 160;
/** What somebody has typed is not a word of ours, even where it looks like one. */
const TYPED = new Set([
  "name",
  "title",
  "text",
  "texts",
  "note",
  "number",
  "login",
  "box",
  "host",
  "greeting",
  "script",
  "target",
  "department",
]);
const OF_DEPARTMENT = "department:";

const PEOPLE = new Set(["login", "people", "agents", "responsible", "lead_owner", "shared_with"]);
const DAYS = /^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$/;
const REACHES: Record<string, [es: string, en: string]> = {
  none: ["no", "no"],
  own: ["lo suyo", "own"],
  department: ["su departamento", "the department's"],
  all: ["todo", "all"],
};

/** What things are called that values name by a short name; the name itself where nobody knows. */
export interface Names {
  person: (login: string) => string;
  queue: (name: string) => string;
  role: (name: string) => string;
}

/** `kind`: of the part that the value is in, as the settings list it; the same code means something else elsewhere. */
interface Speech {
  language: "es" | "en";
  names: Names;
  kind: string;
}

const AS_THEY_ARE: Names = { person: login => login, queue: name => name, role: name => name };

export function auditValue(
  field: string,
  value: Value,
  language: "es" | "en",
  names: Names = AS_THEY_ARE,
  kind = "",
): string {
  const written = said(field.split(".").at(-1) ?? field, value, { language, names, kind });
  return written.length > LONGEST ? `${written.slice(0, LONGEST)}…` : written || "–";
}

/** Of two values of a field only what differs: of many fields in one, those that were changed. */
export function differing(before: Value, after: Value): [Value, Value] {
  if (!isFields(before) || !isFields(after) || "target" in before || "target" in after) return [before, after];
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    name => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const pairs = changed.map(name => [name, differing(before[name] ?? null, after[name] ?? null)] as const);
  return [
    Object.fromEntries(pairs.map(([name, [one]]) => [name, one])),
    Object.fromEntries(pairs.map(([name, [, other]]) => [name, other])),
  ];
}

function said(field: string, value: Value, speech: Speech): string {
  const { language, names } = speech;
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "boolean") return language === "es" ? (value ? "sí" : "no") : value ? "yes" : "no";
  if (Array.isArray(value))
    return value
      .map((one: Value) => said(field, one, speech))
      .filter(Boolean)
      .join(", ");
  if (!isFields(value)) return typeof value === "string" ? text(field, value, speech) : String(value);
  if ("kind" in value && "target" in value)
    return [choiceLabel(String(value["kind"]), language), targetName(value, names)].filter(Boolean).join(" ");
  if ("login" in value) return names.person(String(value["login"]));
  if (field === "permissions")
    return Object.entries(value)
      .filter(([, reach]) => reach !== null)
      .map(([name, reach]) => permission(name, String(reach), language))
      .join("; ");
  return Object.entries(value)
    .map(([name, one]) => [name, said(name, one, speech)] as const)
    .filter(([, one]) => one !== "")
    .map(([name, one]) => `${key(name, speech)}: ${one}`)
    .join("; ");
}

function text(field: string, value: string, { language, names, kind }: Speech): string {
  if (value.startsWith(OF_DEPARTMENT))
    return `${fieldLabel("department", language)} ${value.slice(OF_DEPARTMENT.length)}`;
  if (PEOPLE.has(field)) return names.person(value);
  if (field === "queue" || field === "queues") return names.queue(value);
  const word = choiceIn(kind, value, language);
  if (field === "role") return isChoice(value) ? word : names.role(value);
  return !TYPED.has(field) && isChoice(value, kind) ? word : value;
}

function targetName(value: Record<string, Value>, names: Names): string {
  const target = String(value["target"] ?? "");
  return value["kind"] === "person"
    ? names.person(target)
    : value["kind"] === "queue" || value["kind"] === "callback"
      ? names.queue(target)
      : target;
}

function permission(name: string, reach: string, language: "es" | "en"): string {
  const [resource = "", ...action] = name.split(".");
  const last = action.length === 0 ? "" : ` · ${permissionName(name, action.join(" ").replace(/_/g, " "), language)}`;
  return `${resourceName(resource, language)}${last}: ${REACHES[reach]?.[language === "es" ? 0 : 1] ?? reach}`;
}

/** A weekday or several as words; else the name of a field or of a choice. */
function key(name: string, { language, kind }: Speech): string {
  if (DAYS.test(name))
    return name
      .split("-")
      .map(day => choiceLabel(day, language).toLowerCase())
      .join("–");
  return isChoice(name) ? choiceLabel(name, language) : labelInside(kind, name, language);
}
