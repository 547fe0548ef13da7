/** A rule of the CRM read back: when, under which conditions, and what is done. */

import { choiceIn } from "../labels";
import { factSaid, isRuleWord, say, valueLabel, type Language } from "./words";

export interface Condition {
  field: string;
  test: string;
  value: string;
}

export interface Action {
  kind: string;
  to: string;
  title: string;
  text: string;
  due_min: number;
  webhook: string | null;
}

export interface Rule {
  on: string;
  conditions: Condition[];
  actions: Action[];
}

/** What a login, a queue or a box is called. */
export type NameOf = (value: string) => string;

const NO_VALUE = new Set(["is_empty", "is_not_empty"]);
const YES_OR_NO = new Set(["known", "vip", "repeat"]);
/** A value that stands as it is written: it is no choice. */
const FREE = new Set(["number", "name", "company", "dialled", "reason", "source"]);

export function conditionSaid({ field, test, value }: Condition, language: Language, nameOf: NameOf): string {
  const fact = factSaid(field, language);
  if (YES_OR_NO.has(field) && (test === "is" || test === "is_not")) {
    return (test === "is") === (value.trim().toLowerCase() === "yes") ? fact : say("but", language, { said: fact });
  }
  const compared = choiceIn("crm_rules", test, language);
  if (NO_VALUE.has(test)) return `${fact} ${compared}`;
  return `${fact} ${compared} ${FREE.has(field) ? say("quoted", language, { text: value }) : value.trim() === "" ? "…" : valueLabel(nameOf(value), language)}`;
}

export function actionSaid(action: Action, language: Language, nameOf: NameOf): string {
  if (!isRuleWord(action.kind)) return action.kind;
  const to = action.to === "agent" || action.to === "responsible" ? say(action.to, language) : nameOf(action.to) || "…";
  const title = say("quoted", language, { text: action.title.trim() || "…" });
  const due = action.kind === "task" && action.due_min > 0 ? say("due", language, { min: action.due_min }) : "";
  return say(action.kind, language, { to, title, webhook: action.webhook ?? "…" }) + due;
}

export function ruleSaid(rule: Rule, language: Language, nameOf: NameOf): string {
  const event = isRuleWord(rule.on) ? say(rule.on, language) : rule.on;
  const when = [say("when", language, { event }), ...rule.conditions.map(one => conditionSaid(one, language, nameOf))];
  const done = rule.actions.map(one => actionSaid(one, language, nameOf));
  return `${when.join(say("and", language))}: ${done.join("; ") || say("nothing", language)}.`;
}
