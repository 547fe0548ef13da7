/** The variables that a menu's expressions can name: those of every call, and those that its steps set. */

import { isRecord, type Flow } from "./document";

/** What every call has. */
export const OF_THE_CALL = ["number", "dialled"];
/** What a step that asks the CRM sets. */
export const OF_THE_CONTACT = [
  "contact_name",
  "contact_company",
  "contact_vip",
  "contact_responsible",
  "contact_language",
];

export function variablesOf(flow: Flow): string[] {
  const found = new Set([...OF_THE_CALL, ...flow.variables]);
  for (const { kind, body } of flow.nodes) {
    if (kind === "crm") OF_THE_CONTACT.forEach(name => found.add(name));
    if (!isRecord(body)) continue;
    if (kind === "input" && typeof body.into === "string" && body.into !== "") found.add(body.into);
    const held = kind === "set" ? body.values : kind === "web" ? body.save : null;
    if (isRecord(held)) Object.keys(held).forEach(name => found.add(name));
  }
  return [...found];
}

/** A name for a variable that none of `taken` has: `value`, `value_2`, … */
export function freeVariable(taken: string[], wanted = "value"): string {
  if (!taken.includes(wanted)) return wanted;
  let number = 2;
  while (taken.includes(`${wanted}_${number}`)) number += 1;
  return `${wanted}_${number}`;
}
