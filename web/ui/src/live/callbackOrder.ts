import type { Callback } from "../api/types";

/** In the order of the queues, and in each of them by place; those that have none yet at its end. */
export function inOrder(callbacks: Callback[]): Callback[] {
  const place = (one: Callback) => one.position ?? Number.MAX_SAFE_INTEGER;
  return [...callbacks].sort(
    (one, other) =>
      one.queue.localeCompare(other.queue) ||
      place(one) - place(other) ||
      one.waits_since.localeCompare(other.waits_since),
  );
}
