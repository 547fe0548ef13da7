import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { forgetServerTime, learnServerTime, serverNow } from "./serverClock";

const SERVER = Date.parse("2026-03-01T10:00:00Z");

beforeEach(() => {
  vi.useFakeTimers();
  forgetServerTime();
});
afterEach(() => vi.useRealTimers());

it("follows the server when this machine's clock is wrong", () => {
  vi.setSystemTime(SERVER + 90_000);
  learnServerTime("2026-03-01T10:00:00.000Z");
  expect(serverNow()).toBe(SERVER);
});

it("believes the stamp that travelled fastest", () => {
  vi.setSystemTime(SERVER + 90_800);
  learnServerTime("2026-03-01T10:00:00.000Z");
  vi.setSystemTime(SERVER + 92_100);
  learnServerTime("2026-03-01T10:00:02.000Z");
  expect(serverNow()).toBe(SERVER + 2000);
});

it("is this machine's clock before anything was learnt", () => {
  vi.setSystemTime(SERVER);
  learnServerTime("nonsense");
  learnServerTime(null);
  expect(serverNow()).toBe(SERVER);
});
