import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Coalescer } from "./coalesce";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("acts once for many touches, with each name once", () => {
  const act = vi.fn();
  const coalescer = new Coalescer(act);
  for (let i = 0; i < 100; i += 1) coalescer.touch(["calls", i % 2 ? "queues" : "agents"]);
  vi.advanceTimersByTime(200);
  expect(act).toHaveBeenCalledOnce();
  expect(act.mock.calls[0]?.[0].sort()).toEqual(["agents", "calls", "queues"]);
});

it("does not act more often than once a second after the first time, and always after the last touch", () => {
  const act = vi.fn();
  const coalescer = new Coalescer(act);
  for (let at = 0; at < 2000; at += 10) {
    coalescer.touch(["calls"]);
    vi.advanceTimersByTime(10);
  }
  expect(act.mock.calls.length).toBeLessThanOrEqual(3);
  const before = act.mock.calls.length;
  coalescer.touch(["calls"]);
  vi.advanceTimersByTime(1000);
  expect(act.mock.calls.length).toBe(before + 1);
});

it("does nothing once it is stopped", () => {
  const act = vi.fn();
  const coalescer = new Coalescer(act);
  coalescer.touch(["calls"]);
  coalescer.stop();
  vi.advanceTimersByTime(1000);
  expect(act).not.toHaveBeenCalled();
});
