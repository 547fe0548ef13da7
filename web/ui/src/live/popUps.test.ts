import { expect, it } from "vitest";

import type { CallEvent } from "../api/types";
import { afterEvent, keptPopUps } from "./popUps";

const event = (type: string, call: string, fields: Record<string, unknown> = {}): CallEvent => ({
  id: `${type}${call}`,
  type,
  at: "2026-03-01T10:00:00Z",
  call_id: call,
  ...fields,
});
const pop = (call: string, ...logins: string[]) =>
  event("screen_pop", call, { logins, number: null, dialled: "1", queue: null, card: {} });
const calls = (shown: ReturnType<typeof afterEvent>) => shown.map(one => one.pop.call_id);

it("shows what is meant for me, newest first, three at most", () => {
  let shown = afterEvent([], pop("a", "luis"), "ana");
  expect(shown).toEqual([]);
  for (const call of ["a", "b", "c", "d", "d"]) shown = afterEvent(shown, pop(call, "ana", "luis"), "ana");
  expect(calls(shown)).toEqual(["d", "c", "b"]);
});

it("stays while I talk, and says since when", () => {
  const shown = afterEvent(
    afterEvent([], pop("a", "ana"), "ana"),
    event("call.answered", "a", { login: "ana" }),
    "ana",
  );
  expect(shown[0]?.answeredAt).toBe("2026-03-01T10:00:00Z");
  expect(afterEvent(shown, event("call.ended", "a"), "ana")).toEqual([]);
});

it("stays after a call of a queue, for what it came to", () => {
  const queued = { ...pop("a", "ana"), queue: "sales" };
  const talks = afterEvent(afterEvent([], queued, "ana"), event("call.answered", "a", { login: "ana" }), "ana");
  expect(afterEvent(talks, event("call.ended", "a"), "ana")[0]?.endedAt).toBe("2026-03-01T10:00:00Z");
  expect(afterEvent(afterEvent([], queued, "ana"), event("call.ended", "a"), "ana")).toEqual([]);
});

it("comes back with the page, unless it is old or was never one", () => {
  const shown = afterEvent([], pop("a", "ana"), "ana");
  const at = Date.parse("2026-03-01T10:00:00Z");
  expect(keptPopUps(JSON.stringify(shown), at + 60_000)).toEqual(shown);
  expect(keptPopUps(JSON.stringify(shown), at + 9e7)).toEqual([]);
  for (const broken of [null, "{", "[null, 3, {}]"]) expect(keptPopUps(broken, at)).toEqual([]);
});

it("goes when I did not answer or somebody else did, and not for other calls", () => {
  const shown = afterEvent([], pop("a", "ana", "luis"), "ana");
  expect(afterEvent(shown, event("call.not_answered", "a", { login: "ana" }), "ana")).toEqual([]);
  expect(afterEvent(shown, event("call.answered", "a", { login: "luis" }), "ana")).toEqual([]);
  expect(afterEvent(shown, event("call.not_answered", "a", { login: "luis" }), "ana")).toBe(shown);
  expect(afterEvent(shown, event("call.ended", "b"), "ana")).toBe(shown);
});
