/** A value of the company as the audit log writes it: words instead of codes, lists and destinations in a line; pure. */

import { isFields, type Value } from "./jsonSchema";
import { choiceLabel, fieldLabel, isChoice } from "./labels";

const LONGEST = 160;
/** What somebody has typed is not a word of ours, even where it looks like one. */
const TYPED = new Set(["name", "title", "text", "texts", "note", "number", "login", "box", "host", "greeting", "script", "target", "department"]);

const PEOPLE = new Set(["login", "people", "agents", "responsible", "lead_owner"]);
const DAYS = /^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$/;

/** What things are called that values name by a short name; the name itself where nobody knows. */
export interface Names {
  person: (login: string) => string;
  queue: (name: string) => string;
  role: (name: string) => string;
}

const AS_THEY_ARE: Names = { person: (login) => login, queue: (name) => name, role: (name) => name };

export function auditValue(field: string, value: Value, language: "es" | "en", names: Names = AS_THEY_ARE): string {
  const written = said(field.split(".").at(-1) ?? field, value, language, names);
  return written.length > LONGEST ? `${written.slice(0, LONGEST)}…` : written || "–";
}

function said(field: string, value: Value, language: "es" | "en", names: Names): string {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "boolean") return language === "es" ? (value ? "sí" : "no") : value ? "yes" : "no";
  if (Array.isArray(value)) return value.map((one: Value) => said(field, one, language, names)).filter(Boolean).join(", ");
  if (!isFields(value)) return typeof value === "string" ? text(field, value, language, names) : String(value);
  if ("kind" in value && "target" in value) return [choiceLabel(String(value["kind"]), language), targetName(value, names)].filter(Boolean).join(" ");
  if ("login" in value) return names.person(String(value["login"]));
  return Object.entries(value)
    .map(([name, one]) => [name, said(name, one, language, names)] as const)
    .filter(([, one]) => one !== "")
    .map(([name, one]) => `${key(name, language)}: ${one}`)
    .join("; ");
}

function text(field: string, value: string, language: "es" | "en", names: Names): string {
  if (PEOPLE.has(field)) return names.person(value);
  if (field === "queue" || field === "queues") return names.queue(value);
  const word = choiceLabel(value, language);
  if (field === "role") return isChoice(value) ? word : names.role(value);
  return !TYPED.has(field) && isChoice(value) ? word : value;
}

function targetName(value: Record<string, Value>, names: Names): string {
  const target = String(value["target"] ?? "");
  return value["kind"] === "person" ? names.person(target) : value["kind"] === "queue" || value["kind"] === "callback" ? names.queue(target) : target;
}

/** A weekday or several as words; else the name of a field or of a choice. */
function key(name: string, language: "es" | "en"): string {
  if (DAYS.test(name)) return name.split("-").map((day) => choiceLabel(day, language).toLowerCase()).join("–");
  return isChoice(name) ? choiceLabel(name, language) : fieldLabel(name, language);
}
