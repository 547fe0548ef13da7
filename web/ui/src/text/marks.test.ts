import { expect, test } from "vitest";

import { marks } from "./marks";

test("a scale has few marks at round moments", () => {
  expect(marks(4)).toEqual([0, 1, 2, 3]);
  expect(marks(17)).toEqual([0, 5, 10, 15]);
  expect(marks(75)).toEqual([0, 15, 30, 45, 60]);
  expect(marks(3700)).toEqual([0, 1200, 2400]);
  expect(marks(0.1)).toEqual([0]);
  for (const total of [1, 59, 61, 600, 5000, 36_000, 1e6]) expect(marks(total).length).toBeLessThanOrEqual(7);
});
