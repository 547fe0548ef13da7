/** The order of a list, as its address and the server write it: a field, behind `-` for falling. */

/** What a click on a column's head asks for: `first` is the way that a column is looked at first. */
export function turned(sort: string | null, field: string, first: "rising" | "falling" = "rising"): string {
  const [one, other] = first === "rising" ? [field, `-${field}`] : [`-${field}`, field];
  return sort === one ? other : one;
}

export function ariaSort(sort: string | null, field: string): "ascending" | "descending" | "none" {
  if (sort === field) return "ascending";
  return sort === `-${field}` ? "descending" : "none";
}

/** A sort of the address, unless it is none of this list's. */
export function orderOf(asked: string | null, fields: readonly string[]): string | null {
  return asked !== null && fields.includes(asked.replace(/^-/, "")) ? asked : null;
}

const MOST_PAGES = 20;

/** How many pages the address asks for. */
export function pagesOf(written: string | null): number {
  const count = Number(written ?? 1);
  return Number.isInteger(count) ? Math.min(Math.max(count, 1), MOST_PAGES) : 1;
}
