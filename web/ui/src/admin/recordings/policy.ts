/** The recordings policy as the API has it, and what a rule says in a line. */

import type { Fields } from "../jsonSchema";
import type { RecordingSay } from "./words";

export const DIRECTIONS = ["inbound", "outbound", "internal"] as const;
export type CallDirection = (typeof DIRECTIONS)[number];

export interface Rule {
  title: string;
  record: boolean;
  directions: CallDirection[];
  numbers: string[];
  queues: string[];
  people: string[];
  departments: string[];
  keep_days: number | null;
}

export interface Notice {
  directions: CallDirection[];
  texts: Partial<Record<"es" | "en", string>>;
  prompt: string;
  needed: boolean;
}

export interface Policy {
  by_default: boolean;
  rules: Rule[];
  notice: Notice;
  talkers_may: "on_and_off" | "pause" | "nothing";
  pause_s: number;
  digits_pause_s: number;
  keep_days: number | null;
}

export const policyOf = (value: Fields) => value as unknown as Policy;

export function newRule(title: string): Rule {
  return { title, record: true, directions: [], numbers: [], queues: [], people: [], departments: [], keep_days: null };
}

/** Rules with the one at `from` at the place of the one before or behind it; as they are at either end. */
export function moved(rules: Rule[], from: number, by: -1 | 1): Rule[] {
  const one = rules[from];
  const other = rules[from + by];
  if (one === undefined || other === undefined) return rules;
  return rules.map((rule, place) => (place === from ? other : place === from + by ? one : rule));
}

export interface Called {
  person: (login: string) => string;
  queue: (name: string) => string;
}

/** All that a rule names, as people call it. */
export function summary(rule: Rule, r: RecordingSay, called: Called): string {
  const named = [
    rule.directions.map(direction => r(direction)),
    rule.numbers,
    rule.queues.map(called.queue),
    rule.people.map(called.person),
    rule.departments,
  ];
  const said = named.filter(names => names.length > 0).map(names => names.join(", "));
  if (rule.keep_days !== null) said.push(r("days", { days: rule.keep_days }));
  return said.join(" · ") || r("always");
}
