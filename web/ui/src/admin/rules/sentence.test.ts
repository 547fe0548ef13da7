import { expect, test } from "vitest";

import { ruleSaid, type Action, type Rule } from "./sentence";

const ACTION: Action = { kind: "task", to: "responsible", title: "Call {name}", text: "", due_min: 30, webhook: null };
const RULE: Rule = {
  on: "call.missed",
  conditions: [
    { field: "known", test: "is", value: "no" },
    { field: "queue", test: "is", value: "sales" },
    { field: "number", test: "begins_with", value: "+34" },
  ],
  actions: [ACTION, { ...ACTION, kind: "webhook", webhook: "crm" }],
};
const nameOf = (value: string) => (value === "sales" ? "Ventas" : value);

test("a rule is read back as one sentence", () => {
  expect(ruleSaid(RULE, "en", nameOf)).toBe(
    "When a call is missed and it is not true that the caller is a known customer and the queue is Ventas and the number begins with “+34”: make a task for who looks after the customer: “Call {name}”, due in 30 min; tell the webhook crm.",
  );
  expect(
    ruleSaid(
      { ...RULE, conditions: [], actions: [{ ...ACTION, kind: "message", to: "jefa@example.com" }] },
      "es",
      nameOf,
    ),
  ).toBe("Cuando se pierde una llamada: envía un correo a jefa@example.com: «Call {name}».");
});

test("what is still missing is a gap, and no action is said", () => {
  expect(
    ruleSaid(
      {
        ...RULE,
        conditions: [{ field: "queue", test: "is", value: "" }],
        actions: [{ ...ACTION, title: "", due_min: 0 }],
      },
      "en",
      nameOf,
    ),
  ).toBe("When a call is missed and the queue is …: make a task for who looks after the customer: “…”.");
  expect(ruleSaid({ ...RULE, conditions: [], actions: [] }, "es", nameOf)).toBe(
    "Cuando se pierde una llamada: no hace nada.",
  );
});
