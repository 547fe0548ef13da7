import { expect, it } from "vitest";

import { shortName } from "./shortName";

it("makes a name of small letters, digits and hyphens", () => {
  expect(shortName("Ventas y pedidos")).toBe("ventas-y-pedidos");
  expect(shortName(" ¡Averías: 24 h! ")).toBe("averias-24-h");
  expect(shortName("…")).toBe("");
  expect(shortName("Núria Pla", ".")).toBe("nuria.pla");
});
