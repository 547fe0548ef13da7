import { describe, expect, it } from "vitest";

import { ariaSort, orderOf, pagesOf, turned } from "./order";
import { changed } from "./useAddress";

describe("the order of a list", () => {
  it.each([
    [null, "rising", "name"],
    ["name", "rising", "-name"],
    ["-name", "rising", "name"],
    ["company", "rising", "name"],
    [null, "falling", "-name"],
    ["-name", "falling", "name"],
  ] as const)("goes on from %s, first %s, to %s", (before, first, after) => {
    expect(turned(before, "name", first)).toBe(after);
  });

  it("is taken from the address only where the list has it", () => {
    expect(orderOf("-name", ["name"])).toBe("-name");
    expect(orderOf("reason", ["name"])).toBeNull();
    expect(orderOf(null, ["name"])).toBeNull();
  });

  it("is said at its column only", () => {
    expect(ariaSort("-name", "name")).toBe("descending");
    expect(ariaSort("-name", "company")).toBe("none");
  });
});

it.each([
  [null, 1],
  ["3", 3],
  ["0", 1],
  ["-2", 1],
  ["x", 1],
  ["1.5", 1],
  ["9999", 20],
])("%s pages of the address are %s", (written, count) => {
  expect(pagesOf(written)).toBe(count);
});

it("changes of the address only what is named", () => {
  const before = new URLSearchParams("q=vega&sort=name&pages=3");
  expect(changed(before, { sort: "-name", pages: null, kind: "" }).toString()).toBe("q=vega&sort=-name");
  expect(before.get("pages")).toBe("3");
});
