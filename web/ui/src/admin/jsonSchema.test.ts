import { expect, test } from "vitest";

import { initial, put, resolve, type JsonSchema } from "./jsonSchema";

const root: JsonSchema = {
  type: "object",
  properties: { name: { type: "string" }, to: { $ref: "#/$defs/Destination" }, number: { anyOf: [{ type: "string" }, { type: "null" }] } },
  $defs: { Destination: { type: "object", properties: { kind: { enum: ["menu", "queue"], type: "string" }, target: { type: "string", default: "" } } } },
};

test("references and the alternative of null are seen through", () => {
  expect(resolve({ $ref: "#/$defs/Destination" }, root)).toMatchObject({ type: "object", isNullable: false });
  expect(resolve({ anyOf: [{ $ref: "#/$defs/Destination" }, { type: "null" }] }, root)).toMatchObject({ type: "object", isNullable: true });
});

test("a new value has every field with its default", () => {
  expect(initial(root, root)).toEqual({ name: "", to: { kind: "menu", target: "" }, number: null });
});

test("a change leaves the rest as it is", () => {
  const before = { members: [{ login: "ana", penalty: 0 }, { login: "luis", penalty: 1 }], name: "sales" };
  const after = put(before, ["members", 1, "penalty"], 5);
  expect(after).toEqual({ members: [{ login: "ana", penalty: 0 }, { login: "luis", penalty: 5 }], name: "sales" });
  expect(before.members[1]?.penalty).toBe(1);
});
