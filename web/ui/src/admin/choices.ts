/** What a field of the company can name: people by login or extension, queues, menus … */

import { useMemo } from "react";

import { choiceIn, choiceLabel } from "./labels";
import { useRights } from "../live/may";
import { useParts, type PartPage } from "./parts";
import { useAdmin } from "./words";

export interface Choice {
  value: string;
  label: string;
}

/** Kind of destination → kind of part and the field that names one. */
const TARGETS: Record<string, [kind: string, field: string]> = {
  menu: ["menus", "name"],
  queue: ["queues", "name"],
  callback: ["queues", "name"],
  person: ["people", "login"],
  room: ["rooms", "extension"],
  voicemail: ["voicemail_boxes", "box"],
  ring_group: ["ring_groups", "name"],
};

/** Fields that name something, wherever they are. */
const NAMED: Record<string, [kind: string, field: string]> = {
  login: ["people", "login"],
  responsible: ["people", "login"],
  lead_owner: ["people", "login"],
  extensions: ["people", "extension"],
  company_voicemail: ["voicemail_boxes", "box"],
  reception: ["ring_groups", "name"],
  role: ["roles", "name"],
  caller_id: ["numbers", "number"],
  queue: ["queues", "name"],
  survey: ["menus", "name"],
  agents: ["people", "login"],
  webhook: ["webhooks", "name"],
  night_switch: ["switches", "name"],
};

/** The same, in one kind of part. */
const NAMED_IN: Record<string, [kind: string, field: string]> = { "crm_rules.to": ["people", "login"] };
/** What stands for whoever it is when the time comes. */
const WHOEVER = ["agent", "responsible"];

const BUILT_IN = ["agent", "supervisor", "administrator"];
const MANY = { limit: 500 };

function choicesOf(page: PartPage | undefined, field: string): Choice[] {
  return (page?.items ?? []).map(({ value }) => {
    const name = String(value[field] ?? "");
    const said = String(value["title"] || value["name"] || name);
    return { value: name, label: said === name ? name : `${said} (${name})` };
  });
}

/** Whether a destination of this kind leads to one thing among others. */
export const hasTarget = (destination: string) =>
  destination === "number" || destination === "message" || destination in TARGETS;

/** What a destination of this kind can lead to; null where one types it. */
export function useTargets(destination: string): Choice[] | null {
  const [kind, field] = TARGETS[destination] ?? ["", ""];
  const { may } = useRights();
  const isOpen = kind !== "" && may(`settings.${kind}.list`);
  const parts = useParts(kind, MANY, isOpen);
  const people = useParts("people", MANY, destination === "voicemail" && may("settings.people.list"));
  return useMemo(() => {
    if (!isOpen) return null;
    const found = choicesOf(parts.data, field);
    return destination === "voicemail" ? unique([...found, ...choicesOf(people.data, "extension")]) : found;
  }, [isOpen, field, destination, parts.data, people.data]);
}

/** What a field of this name can be; null where anything can be typed. */
export function useNamed(name: string, root: string): Choice[] | null {
  const { language } = useAdmin();
  const isOwn = (root === "people" && name === "login") || (root === "numbers" && name === "caller_id");
  const [kind, field] = isOwn ? ["", ""] : (NAMED_IN[`${root}.${name}`] ?? NAMED[name] ?? ["", ""]);
  const { may } = useRights();
  const isOpen = kind !== "" && may(`settings.${kind}.list`);
  const parts = useParts(kind, MANY, isOpen);
  const people = useParts("people", MANY, name === "company_voicemail" && may("settings.people.list"));
  return useMemo(() => {
    if (!isOpen) return null;
    const found = choicesOf(parts.data, field);
    if (name === "company_voicemail") return unique([...found, ...choicesOf(people.data, "extension")]);
    if (`${root}.${name}` in NAMED_IN)
      return [...WHOEVER.map(one => ({ value: one, label: choiceIn(root, one, language) })), ...found];
    return name === "role"
      ? [...BUILT_IN.map(role => ({ value: role, label: choiceLabel(role, language) })), ...found]
      : found;
  }, [isOpen, field, name, root, language, parts.data, people.data]);
}

function unique(choices: Choice[]): Choice[] {
  const seen = new Set<string>();
  return choices.filter(({ value }) => !seen.has(value) && seen.add(value));
}
