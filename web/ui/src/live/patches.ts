/** What an event changes in what is on the screen already; pure, so that a list is right before any answer comes. */

import type { Agent, AgentState, Call, CallEvent, Direction, Page, Queue, Result } from "../api/types";

const text = (event: CallEvent, field: string) => (typeof event[field] === "string" ? (event[field] as string) : null);
const number = (event: CallEvent, field: string) =>
  typeof event[field] === "number" ? (event[field] as number) : null;
const stamp = (seconds: number | null) => (seconds === null ? null : new Date(seconds * 1000).toISOString());

export function patchAgent(agent: Agent, event: CallEvent): Agent {
  if (event["login"] !== agent.login) return agent;
  if (event.type === "agent.reachable") return { ...agent, reachable: event["on"] === true };
  if (event.type !== "agent.state") return agent;
  const state = event["state"] as AgentState;
  const busy = state === "ringing" || state === "talking";
  return {
    ...agent,
    state,
    reason: text(event, "reason"),
    since: event.at,
    until: stamp(number(event, "until")),
    call_id: busy ? (event.call_id ?? agent.call_id) : null,
    next_state: busy || state === "wrap_up" ? agent.next_state : null,
  };
}

export function patchQueue(queue: Queue, event: CallEvent): Queue {
  if (event.type.startsWith("agent.")) {
    if (!queue.agents.some(agent => agent.login === event["login"])) return queue;
    return { ...queue, agents: queue.agents.map(agent => patchAgent(agent, event)) };
  }
  if (event["queue"] !== queue.name) return queue;
  if (event.type === "queue.joined") {
    return { ...queue, waiting: queue.waiting + 1, waiting_since: queue.waiting_since ?? event.at };
  }
  if (event.type !== "queue.left") return queue;
  const { today } = queue;
  const waiting = Math.max(0, queue.waiting - 1);
  return {
    ...queue,
    waiting,
    waiting_since: waiting === 0 ? null : queue.waiting_since,
    today: {
      offered: today.offered + 1,
      answered: today.answered + (event["cause"] === "answered" ? 1 : 0),
      abandoned: today.abandoned + (event["cause"] === "abandoned" ? 1 : 0),
    },
  };
}

export function patchCall(call: Call, event: CallEvent): Call {
  if (event.call_id !== call.id) return call;
  switch (event.type) {
    case "call.identified":
      return { ...call, caller: { ...call.caller, ...identified(call, event) }, called: calledBy(call, event) };
    case "queue.joined":
      return { ...call, queue: text(event, "queue") };
    case "call.answered":
      return { ...call, answered_at: call.answered_at ?? event.at, agent: text(event, "login") ?? call.agent };
    case "call.transferred":
      return { ...call, transfers: call.transfers + 1 };
    case "call.rated":
      return { ...call, rating: number(event, "rating") };
    case "recording.started":
      return { ...call, recording_id: text(event, "recording_id") };
    case "call.ended":
      return { ...call, ...ended(event) };
    default:
      return call;
  }
}

/** The list of live calls: a new call is put on top, one that is over goes. */
export function patchLiveCalls(calls: Page<Call>, event: CallEvent): Page<Call> {
  if (event.type === "call.started" && !calls.items.some(call => call.id === event.call_id)) {
    return { ...calls, items: [started(event), ...calls.items] };
  }
  if (event.type === "call.ended") return { ...calls, items: calls.items.filter(call => call.id !== event.call_id) };
  return patchItems(calls, (call: Call) => patchCall(call, event));
}

/** The same page when nothing in it changed, so that nothing is drawn again. */
export function patchItems<T, P extends { items: T[] }>(page: P, change: (item: T) => T): P {
  const items = page.items.map(change);
  return items.every((item, place) => item === page.items[place]) ? page : { ...page, items };
}

function identified(call: Call, event: CallEvent): Partial<Call["caller"]> {
  const contact = { contact_id: text(event, "contact_id") };
  return call.direction === "outbound" ? contact : { ...contact, name: text(event, "name") };
}

function calledBy(call: Call, event: CallEvent): Call["called"] {
  const name = text(event, "name");
  return call.direction === "outbound" && name !== null ? { name, company: text(event, "company") } : call.called;
}

function started(event: CallEvent): Call {
  return {
    id: event.call_id ?? event.id,
    direction: event["direction"] as Direction,
    caller: { number: text(event, "caller_number"), name: text(event, "caller_name"), contact_id: null, lead_id: null },
    called: null,
    dialled: text(event, "dialled") ?? "",
    queue: null,
    agent: null,
    trunk: text(event, "trunk"),
    started_at: event.at,
    answered_at: null,
    ended_at: null,
    wait_s: 0,
    talk_s: 0,
    result: null,
    reason: null,
    ended_by: null,
    transfers: 0,
    rating: null,
    recording_id: null,
    campaign: null,
  };
}

function ended(event: CallEvent): Partial<Call> {
  return {
    ended_at: event.at,
    answered_at: stamp(number(event, "answered_at")),
    result: event["result"] as Result,
    reason: text(event, "reason"),
    ended_by: event["ended_by"] as Call["ended_by"],
    queue: text(event, "queue"),
    agent: text(event, "login"),
    wait_s: number(event, "wait_s") ?? 0,
    talk_s: number(event, "talk_s") ?? 0,
    transfers: number(event, "transfers") ?? 0,
    rating: number(event, "rating"),
    recording_id: text(event, "recording_id"),
  };
}
