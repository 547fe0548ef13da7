/** One entry of the audit log as a sentence, in words that anybody knows; pure. */

import type { Entry } from "../api/schema";
import { fill } from "../text/words";
import { ACTIONS, KINDS, SENTENCES, SOMEBODY, WHY_NOT } from "./auditWords";

export type AuditAction = Entry["action"];
export type AuditKind = Entry["kind"];
type Told = Pick<Entry, "action" | "kind" | "name" | "title" | "detail">;
type Language = "es" | "en";

/** Who erases what has been kept for as long as it was to be. */
export const RETENTION = "retention";
/** What is named by an id, which nobody knows it by. */
const NAMED_BY_ID = new Set<AuditKind>(["call", "recording", "voicemail", "callback", "place", "contact"]);
/** What there is one of. */
const ONE_OF = new Set<AuditKind>(["company", "recordings"]);
const LISTS = new Set<AuditKind>(["block_rule", "do_not_call"]);
const SECRET = new Set<AuditAction>([
  "password_set",
  "telephone_password_set",
  "secret_set",
  "second_factor_on",
  "second_factor_dropped",
]);

const say = (pair: [string, string], language: Language) => pair[language === "es" ? 0 : 1];

/** What people know the thing by. */
export function auditName({ kind, name, title }: Told, language: Language): string {
  if (ONE_OF.has(kind)) return "";
  if (NAMED_BY_ID.has(kind)) return title || say(SOMEBODY, language);
  return kind === "greeting" && title ? `${name} (${title})` : title || name;
}

/** What was done: what stands before the name, the name, and what follows it. */
export function auditSentence(entry: Told, language: Language): [before: string, name: string, after: string] {
  const name = auditName(entry, language);
  const count = Number(entry.detail["rows"] ?? entry.detail["added"] ?? entry.detail["count"] ?? 0);
  const of = `${entry.kind}.${entry.action}${entry.name === RETENTION ? ".all" : ""}`;
  const told = (count === 1 && SENTENCES[`${of}.one`]) || SENTENCES[of] || both(entry);
  const [before = "", after] = fill(say(told, language), { count, name: "\0" }).split("\0");
  return after === undefined ? [before, "", ""] : [before, name, after];
}

function both({ action, kind }: Told): [string, string] {
  const [verb, thing] = [ACTIONS[action], KINDS[kind]];
  if (kind === "person" && (SECRET.has(action) || action === "signed_out"))
    return [`${verb[0]} {name}`, `${verb[1]} {name}`];
  return [`${verb[0]} ${thing[0]} {name}`, `${verb[1]} ${thing[1]} {name}`];
}

/** A kind as one chooses it from a list. */
export function kindName(kind: AuditKind, language: Language): string {
  const bare = say(KINDS[kind], language)
    .replace(/^(el|la|the) /, "")
    .replace(/ (de|a|of|to)( la llamada de| the call of)?$/, "");
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}

/** Why there is nothing to undo; empty where there is. */
export function whyNot(
  { action, kind, version, can_undo }: Pick<Entry, "action" | "kind" | "version" | "can_undo">,
  language: Language,
): string {
  if (can_undo) return "";
  if (version !== null) return say(WHY_NOT[version === 1 && ONE_OF.has(kind) ? "first" : "later"], language);
  if (SECRET.has(action) || kind === "token" || kind === "prompt") return say(WHY_NOT.secret, language);
  if (LISTS.has(kind)) return say(WHY_NOT.list, language);
  if (kind === "greeting" && action === "deleted") return say(WHY_NOT.minute, language);
  if (action === "erased" || action === "deleted") return say(WHY_NOT.erased, language);
  return say(WHY_NOT.happened, language);
}
