/** How far a role of the company's own goes with each operation, as the server resolves it. */

export const REACHES = ["none", "own", "department", "all"] as const;

export interface Permission {
  name: string;
  summary: string;
  /** From narrow to wide. */
  choices: string[];
  built_in: Record<string, string>;
}

const width = (reach: string) => REACHES.findIndex(one => one === reach);

/** `given`: by operation, or by what several begin with ("calls" of "calls.list"); `base`: whose reach the others have. */
export function reachOf(given: Record<string, string>, { name, choices, built_in }: Permission, base: string): string {
  const parts = name.split(".");
  const named = parts.map((_, end) => parts.slice(0, parts.length - end).join(".")).find(one => one in given);
  if (named === undefined) return built_in[base] ?? "none";
  const fitting = choices.filter(one => width(one) <= width(given[named] ?? "none"));
  return fitting.at(-1) ?? choices[0] ?? "none";
}

/** What is given once `permission` reaches as far as `reach`: said only where it is not so already. */
export function withReach(
  given: Record<string, string>,
  permission: Permission,
  base: string,
  reach: string,
): Record<string, string> {
  const { [permission.name]: _, ...others } = given;
  return reachOf(others, permission, base) === reach ? others : { ...others, [permission.name]: reach };
}
