import { describe, expect, it } from "vitest";

import { heldRows } from "./heldRows";

const rows = (...ids: string[]) => ids.map(id => ({ id }));
const shown = (held: ReturnType<typeof heldRows>) => held.map(({ row, isGone }) => (isGone ? `(${row.id})` : row.id));

describe("rows that are held", () => {
  it("are all there is while nobody is at the list", () => {
    expect(shown(heldRows(rows("a", "c"), null))).toEqual(["a", "c"]);
  });

  it("stay where they are when they end, and new ones come last", () => {
    expect(shown(heldRows(rows("d", "c", "a"), rows("a", "b", "c")))).toEqual(["a", "(b)", "c", "d"]);
  });
});
