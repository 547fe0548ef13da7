/** The kinds of node: their icons, what a new one holds, and the fields that the form shows for each. */

import {
  IconArrowRight,
  IconBellRinging,
  IconClock,
  IconDialpad,
  IconDoor,
  IconEar,
  IconGitBranch,
  IconHeadset,
  IconLanguage,
  IconMessage,
  IconMicrophone,
  IconMusic,
  IconNumbers,
  IconPhone,
  IconPhoneCall,
  IconPhoneOff,
  IconRecordMail,
  IconRepeat,
  IconRoute,
  IconStar,
  IconUser,
  IconUserSearch,
  IconUsers,
  IconVariable,
  IconWorld,
} from "@tabler/icons-react";

import type { Target } from "./document";

export const ICONS: Record<string, typeof IconPhone> = {
  say: IconMessage,
  play: IconMusic,
  menu: IconDialpad,
  input: IconNumbers,
  survey: IconStar,
  language: IconLanguage,
  caller: IconEar,
  hours: IconClock,
  go: IconArrowRight,
  set: IconVariable,
  branch: IconGitBranch,
  crm: IconUserSearch,
  web: IconWorld,
  ring: IconBellRinging,
  transfer: IconRoute,
  flow: IconRepeat,
  record: IconMicrophone,
  hang_up: IconPhoneOff,
  queue: IconHeadset,
  person: IconUser,
  room: IconDoor,
  voicemail: IconRecordMail,
  ring_group: IconUsers,
  callback: IconPhoneCall,
  number: IconPhone,
};

/** How a field is edited: `part` names something of the company, `value` is an expression, `values` a name with one each. */
export type FieldKind =
  | "prompt"
  | "number"
  | "switch"
  | "line"
  | "lines"
  | "choice"
  | "variable"
  | "week"
  | "days"
  | "region"
  | "zone"
  | "part"
  | "people"
  | "sound"
  | "words"
  | "value"
  | "values"
  | "answers"
  | "headers";

export interface Field {
  name: string;
  kind: FieldKind;
  choices?: string[];
  optional?: boolean;
  whole?: boolean;
  /** What counts where nothing is given. */
  usual?: number;
  /** Of which kind of destination a `part` is. */
  of?: string;
}

const prompt: Field = { name: "prompt", kind: "prompt" };
const asking: Field[] = [
  { name: "wrong", kind: "prompt", optional: true },
  { name: "silent", kind: "prompt", optional: true },
  { name: "timeout_s", kind: "number", optional: true, usual: 5 },
  { name: "attempts", kind: "number", optional: true, whole: true, usual: 3 },
];

export const FIELDS: Record<string, Field[]> = {
  say: [prompt, { name: "barge_in", kind: "switch", optional: true }],
  play: [
    { name: "file", kind: "sound" },
    { name: "barge_in", kind: "switch", optional: true },
  ],
  menu: [
    prompt,
    { name: "extensions", kind: "switch", optional: true },
    ...asking,
    { name: "digit_wait_s", kind: "number", optional: true, usual: 1.5 },
    { name: "words", kind: "words", optional: true },
  ],
  input: [
    prompt,
    { name: "into", kind: "variable" },
    { name: "min_digits", kind: "number", optional: true, whole: true, usual: 1 },
    { name: "max_digits", kind: "number", optional: true, whole: true, usual: 20 },
    { name: "check", kind: "choice", choices: ["luhn", "mod11", "mod97"], optional: true },
    { name: "confirm", kind: "switch", optional: true },
    ...asking,
    { name: "digit_wait_s", kind: "number", optional: true, usual: 4 },
  ],
  survey: [prompt, ...asking],
  language: [{ name: "set", kind: "choice", choices: ["es", "en"] }],
  hours: [
    { name: "week", kind: "week" },
    { name: "holidays", kind: "region", optional: true },
    { name: "dates", kind: "days", optional: true },
    { name: "time_zone", kind: "zone", optional: true },
    { name: "switch", kind: "part", of: "switch", optional: true },
  ],
  set: [{ name: "values", kind: "values" }],
  web: [
    { name: "url", kind: "line" },
    { name: "method", kind: "choice", choices: ["GET", "POST", "PUT"], optional: true },
    { name: "headers", kind: "headers", optional: true },
    { name: "body", kind: "values", optional: true },
    { name: "save", kind: "answers", optional: true },
    { name: "timeout_s", kind: "number", optional: true, usual: 3 },
  ],
  ring: [
    { name: "people", kind: "people", of: "person" },
    { name: "timeout_s", kind: "number", optional: true, usual: 20 },
  ],
  transfer: [
    { name: "to", kind: "value" },
    { name: "allowed", kind: "lines", optional: true },
  ],
  flow: [{ name: "name", kind: "part", of: "menu" }],
  record: [
    prompt,
    { name: "box", kind: "part", of: "voicemail" },
    { name: "max_s", kind: "number", optional: true, usual: 60 },
    { name: "min_s", kind: "number", optional: true, usual: 1 },
    { name: "silence_s", kind: "number", optional: true, usual: 4 },
  ],
};

const END = "hang_up";

/** Where a new step leads in a company, by kind of destination: its first queue, person, box … */
export type Firsts = Record<string, string | undefined>;

/** What a new node of a kind holds; `onward` is where it leads first, `words` what it says until somebody writes more. */
export function freshBody(kind: string, onward: Target, words: Record<string, string>, firsts: Firsts = {}): unknown {
  const bodies: Record<string, unknown> = {
    say: { prompt: words, next: onward },
    play: { file: "music", next: onward },
    menu: { prompt: words, options: { "1": onward }, fallback: END },
    input: { prompt: words, into: "digits", next: onward, fallback: END },
    survey: { prompt: words, next: onward, fallback: END },
    language: { set: "en", next: onward },
    caller: { known: onward, withheld: END },
    hours: { week: { "mon-fri": ["09:00-18:00"] }, open: onward, closed: END },
    go: onward,
    set: { values: { visits: 1 }, next: onward },
    branch: { when: [{ if: "starts_with(number, '+34')", to: onward }], otherwise: onward },
    crm: { known: onward, unknown: onward },
    web: { url: "https://example.com/", next: onward, fallback: END },
    ring: { people: firsts.person ? [firsts.person] : [], no_answer: END },
    transfer: { to: "number", fallback: END },
    flow: { name: firsts.menu ?? "", next: onward },
    record: { prompt: words, box: firsts.voicemail ?? "", next: END, fallback: END },
    hang_up: {},
  };
  return bodies[kind] ?? firsts[kind] ?? {};
}

/** In the order of the list from which one adds. */
export const ADDABLE = [
  "say",
  "menu",
  "input",
  "hours",
  "caller",
  "crm",
  "language",
  "branch",
  "set",
  "web",
  "ring",
  "transfer",
  "record",
  "survey",
  "play",
  "flow",
  "go",
  "hang_up",
];
