/** Faults at the field that they are about. */

import type { MenuFault } from "../api/schema";
import type { Path } from "./document";

/** What is wrong at a place of a step or below it, in one text; undefined: nothing. */
export type FaultAt = (path: Path) => string | undefined;

const begins = (path: string[], with_: Path) => with_.every((step, place) => path[place] === String(step));

export const faultAt =
  (faults: MenuFault[], node: string, kind: string): FaultAt =>
  path => {
    const found = faults.filter(fault => begins(fault.path, ["nodes", node, kind, ...path]));
    return found.length === 0 ? undefined : [...new Set(found.map(fault => sentence(fault.message)))].join(" ");
  };

/** The same, seen from a place inside the step. */
export const below =
  (at: FaultAt, ...from: Path): FaultAt =>
  path =>
    at([...from, ...path]);

/** A sentence of the server with its capital and its full stop. */
export const sentence = (said: string): string =>
  said.charAt(0).toUpperCase() + said.slice(1) + (/[.…]$/.test(said) ? "" : ".");

/** The step that a fault is about; null where the text cannot be read, or when it is about the menu itself. */
export const stepOf = (fault: MenuFault): string | null => (fault.path[0] === "nodes" ? (fault.path[1] ?? null) : null);
