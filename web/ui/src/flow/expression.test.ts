import { describe, expect, it } from "vitest";

import { readCondition, readValue, writeCondition, writeValue, type Condition } from "./expression";

const SAID: [string, Condition][] = [
  ["number == '112'", { every: true, rows: [{ fact: "number", operator: "is", values: ["112"] }] }],
  ["visits >= 3", { every: true, rows: [{ fact: "visits", operator: "at_least", values: ["3"] }] }],
  ["balance < -12.5", { every: true, rows: [{ fact: "balance", operator: "less", values: ["-12.5"] }] }],
  ["starts_with(number, '+34')", { every: true, rows: [{ fact: "number", operator: "starts_with", values: ["+34"] }] }],
  [
    "city in ['Vigo', \"L'Hospitalet\"]",
    { every: true, rows: [{ fact: "city", operator: "one_of", values: ["Vigo", "L'Hospitalet"] }] },
  ],
  ["digits == 7", { every: true, rows: [{ fact: "digits", operator: "is", values: ["7"], isNumber: true }] }],
  [
    "digits in [1, -2]",
    { every: true, rows: [{ fact: "digits", operator: "one_of", values: ["1", "-2"], isNumber: true }] },
  ],
  ["city in []", { every: true, rows: [{ fact: "city", operator: "one_of", values: [] }] }],
  ["length(contact_name) == 0", { every: true, rows: [{ fact: "contact_name", operator: "empty", values: [] }] }],
  [
    "contact_vip == true or length(order) > 0",
    {
      every: false,
      rows: [
        { fact: "contact_vip", operator: "yes", values: [] },
        { fact: "order", operator: "given", values: [] },
      ],
    },
  ],
];

describe("conditions", () => {
  it.each(SAID)("%s is read as rows, and written as it was", (text, condition) => {
    expect(readCondition(text)).toEqual(condition);
    expect(writeCondition(condition)).toBe(text);
  });

  it.each([
    "",
    "visits + 1 > 3",
    "not vip",
    "a == 1 and b == 2 or c == 3",
    "(a == 1)",
    "a == b",
    "lower(city) == 'vigo'",
    "a ==",
    "a == 'x",
    "a == none",
    "length(a) > 2",
  ])("%s stays as it is written", text => {
    expect(readCondition(text)).toBeNull();
  });

  it("keeps texts apart from what looks like the end of one", () => {
    const row = (value: string): Condition => ({
      every: true,
      rows: [{ fact: "city", operator: "is", values: [value] }],
    });
    for (const value of ["", "L'Escala", 'the "Plaza"', "1 and 2 == 2"])
      expect(readCondition(writeCondition(row(value)))).toEqual(row(value));
    expect(readCondition(writeCondition(row(`L'Escala "sea"`)))).toEqual(row("L'Escala 'sea'"));
  });
});

describe("values", () => {
  it.each([
    ["'hello'", "text", "hello"],
    [3, "number", "3"],
    ["-2.5", "number", "-2.5"],
    [true, "truth", "true"],
    ["false", "truth", "false"],
    ["order", "variable", "order"],
    ["visits + 1", "calculation", "visits + 1"],
    ["none", "calculation", "none"],
  ] as const)("%s is a value of kind %s", (value, kind, typed) => {
    expect(readValue(value)).toEqual({ kind, typed });
  });

  it("are written as the document has them", () => {
    expect(writeValue("text", "it's")).toBe(`"it's"`);
    expect(writeValue("number", "12")).toBe(12);
    expect(writeValue("number", "twelve")).toBeNull();
    expect(writeValue("truth", "true")).toBe(true);
    expect(writeValue("variable", "Bad name")).toBeNull();
    expect(writeValue("calculation", " ")).toBeNull();
  });
});
