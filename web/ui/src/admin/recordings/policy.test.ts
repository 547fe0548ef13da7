import { describe, expect, it } from "vitest";

import { moved, newRule, summary } from "./policy";

const called = { person: (login: string) => login.toUpperCase(), queue: () => "Ventas" };

describe("a rule of the recordings policy", () => {
  it("says all that it names", () => {
    const rule = {
      ...newRule("One"),
      directions: ["inbound" as const],
      queues: ["sales"],
      people: ["ana"],
      keep_days: 30,
    };
    expect(summary(rule, (word, blanks) => (blanks ? `${blanks["days"]}d` : word), called)).toBe(
      "inbound · Ventas · ANA · 30d",
    );
    expect(summary(newRule("All"), word => word, called)).toBe("always");
  });

  it("changes places with its neighbour, and stays at either end", () => {
    const rules = ["a", "b", "c"].map(newRule);
    const titles = (from: number, by: -1 | 1) =>
      moved(rules, from, by)
        .map(rule => rule.title)
        .join("");
    expect([titles(1, -1), titles(1, 1), titles(0, -1), titles(2, 1)]).toEqual(["bac", "acb", "abc", "abc"]);
  });
});
