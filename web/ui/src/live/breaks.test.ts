import { describe, expect, it } from "vitest";

import { titleOf } from "./breaks";

describe("a reason for a break", () => {
  it("is called as the company calls it in this language", () => {
    expect(titleOf({ name: "siesta", title: { es: "Siesta", en: "Nap" } }, "en")).toBe("Nap");
  });
  it("is called as in the other language, or by its name, when it has no title in this one", () => {
    expect(titleOf({ name: "siesta", title: { es: "Siesta" } }, "en")).toBe("Siesta");
    expect(titleOf({ name: "siesta", title: {} }, "en")).toBe("siesta");
  });
});
