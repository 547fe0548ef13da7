/** One heartbeat a second for every timer on the page. */

import { useSyncExternalStore } from "react";

import { serverNow } from "./serverClock";

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
let now = serverNow();

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) now = serverNow();
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = serverNow();
    listeners.forEach(each => each());
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** Milliseconds since the epoch on the server's clock, new every second. */
export function useTick(): number {
  return useSyncExternalStore(subscribe, () => now);
}
