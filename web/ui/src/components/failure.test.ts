import { expect, it } from "vitest";

import { listAbove } from "./Failure";

it.each([
  ["/settings/people/rosa", "/settings/people"],
  ["/settings/people", null],
  ["/customers/0190", "/customers"],
  ["/menus/main", "/settings/menus"],
  ["/calls", null],
  ["/", null],
])("what was removed at %s leads back to %s", (pathname, list) => {
  expect(listAbove(pathname)).toBe(list);
});
