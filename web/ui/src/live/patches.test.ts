import { describe, expect, it } from "vitest";

import type { Agent, Call, CallEvent, Page, Queue } from "../api/types";
import { patchAgent, patchCall, patchItems, patchLiveCalls, patchQueue } from "./patches";

const AT = "2026-03-01T10:00:00.000Z";
const event = (type: string, fields: Record<string, unknown> = {}): CallEvent => ({
  id: "e",
  type,
  at: AT,
  call_id: "c1",
  ...fields,
});
const ana: Agent = {
  login: "ana",
  name: "Ana",
  extension: "101",
  queues: ["sales"],
  state: "available",
  reason: null,
  since: null,
  until: null,
  call_id: null,
  next_state: null,
  reachable: true,
  asleep: false,
};
const sales: Queue = {
  callers: [],
  name: "sales",
  title: "Ventas",
  waiting: 0,
  longest_wait_s: 0,
  waiting_since: null,
  agents: [ana],
  service_level: null,
  service_level_s: 20,
  max_wait_s: 120,
  today: { offered: 0, answered: 0, abandoned: 0 },
  last_hour: [],
};
const STARTED = event("call.started", {
  direction: "inbound",
  caller_number: "+34600111222",
  caller_name: null,
  dialled: "+34910000002",
});
const live = (): Page<Call> => patchLiveCalls({ items: [], next_cursor: null }, STARTED);

describe("an agent", () => {
  it("takes the new state, since when and until when", () => {
    const after = patchAgent(
      ana,
      event("agent.state", { login: "ana", state: "wrap_up", until: Date.parse(AT) / 1000 + 5 }),
    );
    expect(after).toMatchObject({ state: "wrap_up", since: AT, until: "2026-03-01T10:00:05.000Z", call_id: null });
  });
  it("is reachable or not, and what was chosen for later is over once it is so", () => {
    expect(patchAgent(ana, event("agent.reachable", { login: "ana", on: false }))).toMatchObject({
      reachable: false,
      state: "available",
    });
    const later = { ...ana, state: "talking" as const, next_state: "break" as const };
    expect(patchAgent(later, event("agent.state", { login: "ana", state: "wrap_up" })).next_state).toBe("break");
    expect(patchAgent(later, event("agent.state", { login: "ana", state: "break" })).next_state).toBeNull();
  });
  it("does not care about others", () => {
    expect(patchAgent(ana, event("agent.state", { login: "luis", state: "break" }))).toBe(ana);
  });
});

describe("a queue", () => {
  it("counts who comes and goes, and knows since when the first one waits", () => {
    const one = patchQueue(sales, event("queue.joined", { queue: "sales", position: 1 }));
    expect(one).toMatchObject({ waiting: 1, waiting_since: AT });
    const none = patchQueue(one, event("queue.left", { queue: "sales", cause: "abandoned", wait_s: 4 }));
    expect(none).toMatchObject({ waiting: 0, waiting_since: null, today: { offered: 1, answered: 0, abandoned: 1 } });
  });
  it("never has fewer than nobody waiting", () => {
    expect(patchQueue(sales, event("queue.left", { queue: "sales", cause: "answered" })).waiting).toBe(0);
  });
  it("shows its agents as they are", () => {
    expect(
      patchQueue(sales, event("agent.state", { login: "ana", state: "break", reason: "lunch" })).agents[0],
    ).toMatchObject({ state: "break", reason: "lunch" });
    expect(patchQueue(sales, event("queue.joined", { queue: "support" }))).toBe(sales);
  });
});

describe("live calls", () => {
  it("begin on top, learn who calls, are answered, and go when they end", () => {
    let calls = live();
    expect(calls.items[0]).toMatchObject({ id: "c1", started_at: AT, result: null });
    calls = patchLiveCalls(calls, event("call.identified", { contact_id: "x", name: "Carmen Ruiz" }));
    calls = patchLiveCalls(calls, event("queue.joined", { queue: "sales" }));
    calls = patchLiveCalls(calls, event("call.answered", { kind: "person", login: "ana" }));
    expect(calls.items[0]).toMatchObject({
      caller: { name: "Carmen Ruiz", contact_id: "x" },
      queue: "sales",
      agent: "ana",
      answered_at: AT,
    });
    expect(patchLiveCalls(calls, event("call.ended")).items).toEqual([]);
  });
  it("come once, however often their start is told", () => {
    expect(patchLiveCalls(live(), STARTED).items).toHaveLength(1);
  });
});

it("a call in the log is complete with its last event", () => {
  const [call] = live().items;
  const after = patchCall(
    call as Call,
    event("call.ended", {
      result: "answered",
      reason: "hung_up",
      ended_by: "caller",
      queue: "sales",
      login: "ana",
      answered_at: Date.parse(AT) / 1000,
      wait_s: 3,
      talk_s: 12,
      transfers: 1,
      rating: 5,
      recording_id: "r1",
    }),
  );
  expect(after).toMatchObject({
    ended_at: AT,
    result: "answered",
    ended_by: "caller",
    agent: "ana",
    talk_s: 12,
    rating: 5,
    recording_id: "r1",
  });
});

it("a page that nothing changed stays the very same", () => {
  const page = live();
  expect(patchItems(page, (call: Call) => patchCall(call, event("call.held")))).toBe(page);
});
