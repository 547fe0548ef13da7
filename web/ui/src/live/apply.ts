/** Puts an event into every list that is on the screen; and says which lists the server should be asked for again, and how soon. */

import type { InfiniteData, QueryClient } from "@tanstack/react-query";

import type { Agent, Call, CallEvent, Page, Queue } from "../api/types";
import { hasEnded } from "./ended";
import { patchAgent, patchCall, patchItems, patchLiveCalls, patchQueue } from "./patches";

const LIVE = ["calls", "live"] as const;

export function applyEvent(queries: QueryClient, event: CallEvent): void {
  queries.setQueryData<Page<Agent>>(
    ["agents"],
    page => page && patchItems(page, (agent: Agent) => patchAgent(agent, event)),
  );
  queries.setQueryData<Page<Queue>>(
    ["queues"],
    page => page && patchItems(page, (queue: Queue) => patchQueue(queue, event)),
  );
  if (event.call_id === null) return;
  queries.setQueryData<Page<Call>>(LIVE, page => page && patchLiveCalls(page, event));
  queries.setQueryData<Call>(["calls", "one", event.call_id], call => call && patchCall(call, event));
  queries.setQueriesData<InfiniteData<Page<Call>>>({ queryKey: ["calls", "log"] }, log => log && patchLog(log, event));
  queries.setQueryData<Page<CallEvent>>(["calls", "events", event.call_id], page =>
    page && !page.items.some(known => known.id === event.id) ? { ...page, items: [event, ...page.items] } : page,
  );
}

function patchLog(log: InfiniteData<Page<Call>>, event: CallEvent): InfiniteData<Page<Call>> {
  const pages = log.pages.map(page => patchItems(page, (call: Call) => patchCall(call, event)));
  return pages.every((page, place) => page === log.pages[place]) ? log : { ...log, pages };
}

/** Which lists an event changes in what it does not say itself; they are asked for again soon. */
export function affected(queries: QueryClient, event: CallEvent): string[] {
  const lists = beyond(event.type);
  return isNews(queries.getQueryData<Page<Call>>(LIVE), event) ? [...lists, "live"] : lists;
}

/** Which lists events keep right but for small things; these are asked for again now and then, after something happened. */
export function drifting(type: string): string[] {
  if (type.startsWith("agent.")) return ["agents", "queues"];
  if (type.startsWith("queue.")) return ["live", "callbacks"];
  if (type.startsWith("call.")) return ["live"];
  return [];
}

/** The list that a query's key belongs to: calls of this moment are one of their own. */
export function listOf(key: readonly unknown[]): unknown {
  return key[0] === LIVE[0] && key[1] === LIVE[1] ? "live" : key[0];
}

function beyond(type: string): string[] {
  if (type.startsWith("device.")) return ["agents"];
  if (type === "company.changed") return ["breaks"];
  if (type.startsWith("queue.")) return ["queues", "calls"];
  if (type === "call.started" || type === "call.answered" || type === "call.transferred") return ["calls"];
  if (type === "call.ended" || type.startsWith("recording.")) return ["calls"];
  if (type === "activity.logged") return ["calls", "activities", "reports"];
  if (type === "lead.created") return ["leads"];
  if (type.startsWith("voicemail.")) return ["voicemails"];
  if (type.startsWith("callback.")) return ["callbacks"];
  return [];
}

/** Whether a call has come into sight that the whole list of live calls lacks: its start was not for me to see. */
function isNews(live: Page<Call> | undefined, event: CallEvent): boolean {
  if (
    live === undefined ||
    live.next_cursor !== null ||
    event.call_id === null ||
    event.type === "call.ended" ||
    hasEnded(event.call_id)
  )
    return false;
  return !live.items.some(call => call.id === event.call_id);
}
