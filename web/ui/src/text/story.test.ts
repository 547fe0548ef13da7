import { describe, expect, it } from "vitest";

import type { CallEvent } from "../api/types";
import { phases } from "./phases";
import { story } from "./story";
import { fill, type Language } from "./words";
import { en } from "./words.en";
import { es } from "./words.es";

const words = { es, en };

let count = 0;
const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1, 10) + seconds * 1000).toISOString();
const event = (type: string, seconds: number, fields: Record<string, unknown> = {}): CallEvent => ({
  id: String((count += 1)).padStart(6, "0"),
  type,
  at: at(seconds),
  call_id: "c",
  ...fields,
});
const names = {
  person: (login: string) => ({ ana: "Ana", luis: "Luis" })[login] ?? login,
  queue: (name: string) => ({ sales: "Ventas" })[name] ?? name,
};
const told = (events: CallEvent[], language: Language = "en") =>
  story(events, (word, blanks) => fill(words[language][word], blanks), names).map(moment => moment.text);

const CALL = [
  event("call.started", 0, {
    direction: "inbound",
    caller_number: "+34600111222",
    dialled: "+34910000001",
    login: null,
  }),
  event("call.identified", 0, { name: "Carmen Ruiz", company: "Librería Sol" }),
  event("menu.entered", 0, { menu: "main", language: "es" }),
  event("menu.choice", 4, { menu: "main", node: "welcome", keys: "1", outcome: "option" }),
  event("menu.left", 4, { menu: "main", node: "welcome", to: "queue:sales" }),
  event("queue.joined", 4, { queue: "sales", position: 1 }),
  event("call.ringing", 5, { login: "ana", extension: "101", queue: "sales" }),
  event("call.not_answered", 20, { login: "ana", extension: "101", cause: "no_answer", ring_s: 15.2, queue: "sales" }),
  event("call.answered", 24, { kind: "person", login: "luis", queue: "sales" }),
  event("queue.left", 24, { queue: "sales", cause: "answered", wait_s: 20.2, login: "luis" }),
  event("recording.finished", 30, { recording_id: "r", path: "x", duration_s: 6, missing: [] }),
  event("call.ended", 30, { ended_by: "caller", result: "answered" }),
];

describe("a story", () => {
  it("is told in the words of people, without codes", () => {
    expect(told(CALL)).toEqual([
      "600 11 12 22 called 910 00 00 01",
      "Known as Carmen Ruiz of Librería Sol",
      "Entered the menu main",
      "Pressed 1",
      "The menu sent the caller to the queue Ventas",
      "Waiting in Ventas, position 1",
      "Rang Ana",
      "Ana did not answer (15 s)",
      "Luis answered",
      "Left the queue Ventas after 0:20",
      "Ended by the caller",
    ]);
  });
  it("says when the sound was bad, and when it was good again", () => {
    const sound = (grade: string, fields: Record<string, unknown>) =>
      event("call.sound", 30, {
        leg: "l",
        login: null,
        number: null,
        mos: 4.4,
        mos_sent: null,
        loss: 0,
        ...fields,
        grade,
      });
    expect(
      told([
        sound("poor", { login: "ana", mos: 3.1, loss: 0.08 }),
        sound("fair", { number: "+34600111222", mos_sent: 3.72 }),
        sound("good", { login: "ana" }),
      ]),
    ).toEqual([
      "The sound with Ana is poor (MOS 3.1, 8 % lost)",
      "The sound with 600 11 12 22 is fair (MOS 3.7)",
      "The sound with Ana is good again",
    ]);
  });
  it("is told in Spanish as well", () => {
    expect(told(CALL, "es").slice(3, 6)).toEqual([
      "Pulsó 1",
      "El menú lo pasó a la cola Ventas",
      "En espera en Ventas, posición 1",
    ]);
  });
  it("puts events into their order, newest first or not", () => {
    expect(told([...CALL].reverse())).toEqual(told(CALL));
  });
  it("explains the code of a transfer that failed", () => {
    expect(told([event("call.transfer_failed", 1, { by: "ana", to: "luis", status: 486 })])).toEqual([
      "The transfer to Luis failed: the other side was busy",
    ]);
    expect(told([event("call.transfer_failed", 1, { by: "ana", to: "luis", status: 499 })])).toEqual([
      "The transfer to Luis failed: code 499",
    ]);
  });
  it("says nothing of what it does not know", () => {
    expect(told([event("something.new", 1), event("device.registered", 2)])).toEqual([]);
  });
});

describe("phases", () => {
  it("follow one another until the end", () => {
    expect(phases(CALL, at(30))).toEqual([
      { kind: "menu", from_s: 0, to_s: 4 },
      { kind: "queue", from_s: 4, to_s: 24 },
      { kind: "talk", from_s: 24, to_s: 30 },
    ]);
  });
  it("are none without events", () => expect(phases([], at(1))).toEqual([]));
});

it("every sentence has the same blanks in both languages", () => {
  const blanks = (sentence: string) => [...sentence.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const word of Object.keys(words.es) as (keyof typeof words.es)[]) {
    expect(blanks(words.en[word]), word).toEqual(blanks(words.es[word]));
    expect(words.en[word].trim() && words.es[word].trim(), word).not.toBe("");
  }
});
