/** What whoever is signed in may do, permission by permission: a role of the company's own is not what it is based on. */

import { useLive } from "./session";

export type Reach = "own" | "department" | "all";

/** How far an operation of the API reaches for this person; null: not at all. */
export type Rights = (operation: string) => Reach | null;

export function rightsOf(permissions: Record<string, string> | undefined): Rights {
  return operation => (permissions?.[operation] as Reach | undefined) ?? null;
}

/** `may("calls.supervise")`: whether there is a button for it. */
export function useRights(): { may: (operation: string) => boolean; reach: Rights } {
  const { session } = useLive();
  const reach = rightsOf(session?.permissions as Record<string, string> | undefined);
  return { reach, may: operation => reach(operation) !== null };
}
