import { expect, test, vi } from "vitest";

import { Withheld } from "./withheld";

function removal(refusal?: Error) {
  const send = vi.fn((_how?: RequestInit) => (refusal ? Promise.reject(refusal) : Promise.resolve()));
  return { send, settled: vi.fn() };
}

test("what is removed looks removed at once and is asked of the server when its time is up", async () => {
  const [held, one] = [new Withheld(), removal()];
  held.add("a", one);
  expect([...held.keys()]).toEqual(["a"]);
  expect(one.send).not.toHaveBeenCalled();
  await held.finish("a");
  await held.finish("a");
  expect(one.send).toHaveBeenCalledTimes(1);
  expect(one.settled).toHaveBeenCalledWith(null);
  expect([...held.keys()]).toEqual([]);
});

test("what is undone is back and never asked for", async () => {
  const [held, one, watcher] = [new Withheld(), removal(), vi.fn()];
  held.watch(watcher);
  held.add("a", one);
  held.undo("a");
  await held.finish("a");
  expect([...held.keys()]).toEqual([]);
  expect(one.send).not.toHaveBeenCalled();
  expect(watcher).toHaveBeenCalledTimes(2);
});

test("a page that goes asks for everything that is still held back, and so that it arrives", () => {
  const [held, one, other] = [new Withheld(), removal(), removal()];
  held.add("a", one);
  held.add("b", other);
  held.undo("b");
  held.finishAll();
  expect(one.send).toHaveBeenCalledWith({ keepalive: true });
  expect(other.send).not.toHaveBeenCalled();
});

test("what the server refuses to remove is shown again, with its reason", async () => {
  const [held, one] = [new Withheld(), removal(new Error("no"))];
  held.add("a", one);
  await held.finish("a");
  expect([...held.keys()]).toEqual([]);
  expect(one.settled).toHaveBeenCalledWith(new Error("no"));
});
