import { expect, it } from "vitest";

import { steady } from "./steady";

const rows = (...ids: string[]) => ids.map(id => ({ id }));

it("keeps what is new back while somebody points at the list", () => {
  expect(steady(rows("new", "b", "a"), new Set(["a", "b"]))).toEqual(rows("b", "a"));
  expect(steady(rows("new", "b", "a"), null)).toEqual(rows("new", "b", "a"));
});

it("shows older pages that were asked for, and a list of other things at once", () => {
  expect(steady(rows("b", "a", "older"), new Set(["a", "b"]))).toEqual(rows("b", "a", "older"));
  expect(steady(rows("x", "y"), new Set(["a", "b"]))).toEqual(rows("x", "y"));
});
