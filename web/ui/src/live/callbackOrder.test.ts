import { expect, test } from "vitest";

import type { Callback } from "../api/types";
import { inOrder } from "./callbackOrder";

const callback = (id: string, queue: string, position: number | null, since = "2026-01-01T10:00:00Z") =>
  ({ id, queue, position, waits_since: since }) as Callback;

test("callbacks show by queue and place, those without a place last, longest waiting first", () => {
  const shown = inOrder([
    callback("later", "sales", null, "2026-01-01T11:00:00Z"),
    callback("other", "support", 1),
    callback("second", "sales", 2),
    callback("sooner", "sales", null),
    callback("first", "sales", 1),
  ]);
  expect(shown.map(({ id }) => id)).toEqual(["first", "second", "sooner", "later", "other"]);
});
