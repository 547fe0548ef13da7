import { expect, test } from "vitest";

import { auditSentence, kindName, whyNot, type AuditAction, type AuditKind } from "./auditSentence";
import { ACTIONS, KINDS, SENTENCES } from "./auditWords";

const ID = "019a0b1c-0000-7000-8000-00000000000c";
const told = (kind: AuditKind, action: AuditAction, name: string, title = "", detail = {}) => ({
  kind,
  action,
  name,
  title,
  detail,
});
const said = (entry: ReturnType<typeof told>, language: "es" | "en") => auditSentence(entry, language).join("");

test.each([
  [
    told("person", "password_set", "pepa", "Pepa Gil"),
    "fijó la contraseña de Pepa Gil",
    "set the password of Pepa Gil",
  ],
  [told("person", "deleted", "pepa", "Pepa Gil"), "eliminó la persona Pepa Gil", "deleted the person Pepa Gil"],
  [told("company", "changed", "company"), "cambió la empresa ", "changed the company "],
  [
    told("block_rule", "deleted", "+34600111222"),
    "quitó +34600111222 de la lista negra",
    "took +34600111222 off the block list",
  ],
  [
    told("block_rule", "imported", "12", "", { rows: 12, added: 11 }),
    "importó 12 números en la lista negra",
    "imported 12 numbers into the block list",
  ],
  [told("contact", "imported", "1", "", { rows: 1 }), "importó un cliente", "imported one customer"],
  [
    told("contact", "merged", ID, "Carmen Ruiz", { other: ID }),
    "unió otro cliente con Carmen Ruiz",
    "merged another customer into Carmen Ruiz",
  ],
  [
    told("recording", "erased", ID, "Carmen Ruiz", { count: 3 }),
    "borró 3 grabaciones de Carmen Ruiz",
    "erased 3 recordings of Carmen Ruiz",
  ],
  [told("recording", "erased", "retention", "", { count: 1 }), "borró una grabación", "erased one recording"],
  [
    told("recording", "held", ID, "Carmen Ruiz"),
    "retuvo la grabación de la llamada de Carmen Ruiz",
    "held back from erasure the recording of the call of Carmen Ruiz",
  ],
  [
    told("call", "whisper", ID, "John Smith"),
    "susurró al agente en la llamada de John Smith",
    "whispered to the agent in the call of John Smith",
  ],
  [told("call", "listen", ID), "escuchó la llamada de alguien sin nombre", "listened to the call of somebody unknown"],
  [
    told("greeting", "restored", "101", "Ana"),
    "recuperó el saludo del buzón 101 (Ana)",
    "restored the greeting of the box 101 (Ana)",
  ],
  [told("wrap_up", "ended", "luis", "Luis"), "terminó el cierre de Luis", "ended the wrap-up of Luis"],
  [
    told("campaign", "running", "spring", "Primavera"),
    "puso en marcha la campaña Primavera",
    "started the campaign Primavera",
  ],
])("%j is a sentence", (entry, es, en) => {
  expect([said(entry, "es"), said(entry, "en")]).toEqual([es, en]);
});

test("no entry shows an id, a code or a blank, whatever was done to what", () => {
  for (const kind of Object.keys(KINDS) as AuditKind[])
    for (const action of Object.keys(ACTIONS) as AuditAction[])
      for (const language of ["es", "en"] as const) {
        const byId = ["call", "recording", "voicemail", "callback", "place", "contact"].includes(kind);
        const sentence = said(told(kind, action, byId ? ID : "retention", "", { count: 2 }), language);
        expect(sentence).not.toMatch(/[_{}]|undefined|NaN|[0-9a-f]{8}-/);
        expect(whyNot({ kind, action, version: null, can_undo: false }, language)).not.toBe("");
      }
});

test("sentences of their own are of things and actions that there are", () => {
  for (const name of Object.keys(SENTENCES)) {
    const [kind = "", action = ""] = name.split(".");
    expect([kind in KINDS, action in ACTIONS]).toEqual([true, true]);
  }
});

test("kinds to choose from are named without their article", () => {
  expect((["voicemail", "recording", "callback", "greeting"] as const).map(kind => kindName(kind, "es"))).toEqual([
    "Mensaje de voz",
    "Grabación",
    "Devolución de llamada",
    "Saludo del buzón",
  ]);
  expect((["voicemail", "recording", "callback", "place"] as const).map(kind => kindName(kind, "en"))).toEqual([
    "Voice message",
    "Recording",
    "Callback",
    "Place in the line",
  ]);
});
