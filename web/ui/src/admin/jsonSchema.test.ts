import { expect, test } from "vitest";

import { chosenAnew, initial, isNeeded, put, resolve, usedFields, type JsonSchema } from "./jsonSchema";

const root: JsonSchema = {
  type: "object",
  properties: {
    name: { type: "string" },
    to: { $ref: "#/$defs/Destination" },
    number: { anyOf: [{ type: "string" }, { type: "null" }] },
  },
  $defs: {
    Destination: {
      type: "object",
      properties: { kind: { enum: ["menu", "queue"], type: "string" }, target: { type: "string", default: "" } },
    },
  },
};

test("references and the alternative of null are seen through", () => {
  expect(resolve({ $ref: "#/$defs/Destination" }, root)).toMatchObject({ type: "object", isNullable: false });
  expect(resolve({ anyOf: [{ $ref: "#/$defs/Destination" }, { type: "null" }] }, root)).toMatchObject({
    type: "object",
    isNullable: true,
  });
});

test("a new value has every field with its default", () => {
  expect(initial(root, root)).toEqual({ name: "", to: { kind: "menu", target: "" }, number: null });
});

test("a change leaves the rest as it is", () => {
  const before = {
    members: [
      { login: "ana", penalty: 0 },
      { login: "luis", penalty: 1 },
    ],
    name: "sales",
  };
  const after = put(before, ["members", 1, "penalty"], 5);
  expect(after).toEqual({
    members: [
      { login: "ana", penalty: 0 },
      { login: "luis", penalty: 5 },
    ],
    name: "sales",
  });
  expect(before.members[1]?.penalty).toBe(1);
});

const ACTION: JsonSchema = {
  type: "object",
  properties: {
    kind: { enum: ["task", "message"] },
    to: { type: "string", default: "agent" },
    due_min: { type: "integer", default: 0 },
  },
  "x-uses": { kind: { task: { to: {}, due_min: {} }, message: { to: { format: "email" } } } },
  "x-needs": { kind: { message: ["to"] } },
};

test("a form shows the fields that the chosen kind uses, as that kind has them", () => {
  expect(usedFields(ACTION, { kind: "task" }).map(([name]) => name)).toEqual(["kind", "to", "due_min"]);
  expect(usedFields(ACTION, { kind: "message" })).toEqual([
    ["kind", ACTION.properties?.["kind"]],
    ["to", { type: "string", default: "agent", format: "email" }],
  ]);
  expect([isNeeded(ACTION, { kind: "task" }, "to"), isNeeded(ACTION, { kind: "message" }, "to")]).toEqual([
    false,
    true,
  ]);
});

test("with another kind, what it does not use or uses as something else begins anew", () => {
  const message = chosenAnew(
    ACTION,
    ACTION,
    { kind: "task", to: "ana", due_min: 5 },
    { kind: "message", to: "ana", due_min: 5 },
  );
  expect(message).toEqual({ kind: "message", to: "", due_min: 0 });
  expect(chosenAnew(ACTION, ACTION, { ...message, to: "a@b.es" }, { ...message, to: "a@b.es", kind: "task" })).toEqual({
    kind: "task",
    to: "agent",
    due_min: 0,
  });
});
