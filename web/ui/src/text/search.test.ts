import { expect, it } from "vitest";

import { contactSearch, fits } from "./search";

it("takes digits for a number and everything else for a name", () => {
  expect(contactSearch("+34 600 111")).toEqual({ number: "+34 600 111" });
  expect(contactSearch("Carmen")).toEqual({ name: "Carmen" });
  expect(contactSearch("")).toEqual({});
});

it("finds words without their accents, in any order", () => {
  expect(fits("Llamar a Sofía (110)", "sofia llamar")).toBe(true);
  expect(fits("Llamar a Sofía (110)", "luis")).toBe(false);
});
