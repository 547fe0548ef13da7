import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { FrameQueue } from "./frame";

let frames: (() => void)[] = [];

beforeEach(() => {
  frames = [];
  vi.useFakeTimers();
  vi.stubGlobal("requestAnimationFrame", (act: () => void) => frames.push(act));
  vi.stubGlobal("cancelAnimationFrame", (id: number) => (frames[id - 1] = () => undefined));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("hands on what came before a frame, together and in order", () => {
  const act = vi.fn();
  const queue = new FrameQueue<number>(act);
  [1, 2, 3].forEach(one => queue.push(one));
  expect(frames).toHaveLength(1);
  frames[0]?.();
  queue.push(4);
  frames[1]?.();
  expect(act.mock.calls).toEqual([[[1, 2, 3]], [[4]]]);
});

it("goes on where no frames are drawn, and does each thing once", () => {
  const act = vi.fn();
  const queue = new FrameQueue<number>(act);
  queue.push(1);
  vi.advanceTimersByTime(100);
  frames[0]?.();
  expect(act).toHaveBeenCalledOnce();
});

it("does nothing once it is stopped", () => {
  const act = vi.fn();
  const queue = new FrameQueue<number>(act);
  queue.push(1);
  queue.stop();
  frames[0]?.();
  vi.advanceTimersByTime(1000);
  expect(act).not.toHaveBeenCalled();
});
