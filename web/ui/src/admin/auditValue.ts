/** A value of the company as the audit log writes it: words instead of codes, lists and destinations in a line; pure. */

import { isFields, type Value } from "./jsonSchema";
import { choiceLabel, fieldLabel, isChoice } from "./labels";

const LONGEST = 160;
/** What somebody has typed is not a word of ours, even where it looks like one. */
const TYPED = new Set(["name", "title", "text", "texts", "note", "number", "login", "box", "host", "greeting", "script", "target", "department"]);

export function auditValue(field: string, value: Value, language: "es" | "en"): string {
  const written = said(field.split(".").at(-1) ?? field, value, language);
  return written.length > LONGEST ? `${written.slice(0, LONGEST)}…` : written || "–";
}

function said(field: string, value: Value, language: "es" | "en"): string {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "boolean") return language === "es" ? (value ? "sí" : "no") : value ? "yes" : "no";
  if (Array.isArray(value)) return value.map((one: Value) => said(field, one, language)).filter(Boolean).join(", ");
  if (!isFields(value)) return typeof value === "string" && !TYPED.has(field) && isChoice(value) ? choiceLabel(value, language) : String(value);
  if ("kind" in value && "target" in value) return [choiceLabel(String(value["kind"]), language), value["target"]].filter(Boolean).join(" ");
  if ("login" in value) return String(value["login"]);
  return Object.entries(value)
    .map(([name, one]) => [name, said(name, one, language)] as const)
    .filter(([, one]) => one !== "")
    .map(([name, one]) => `${isChoice(name) ? choiceLabel(name, language) : fieldLabel(name, language)}: ${one}`)
    .join("; ");
}
