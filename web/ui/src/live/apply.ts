/** Puts an event into every list that is on the screen; and says which lists the server should be asked for again. */

import type { InfiniteData, QueryClient } from "@tanstack/react-query";

import type { Agent, Call, CallEvent, Page, Queue } from "../api/types";
import { patchAgent, patchCall, patchItems, patchLiveCalls, patchQueue } from "./patches";

export function applyEvent(queries: QueryClient, event: CallEvent): void {
  queries.setQueryData<Page<Agent>>(["agents"], (page) => page && patchItems(page, (agent: Agent) => patchAgent(agent, event)));
  queries.setQueryData<Page<Queue>>(["queues"], (page) => page && patchItems(page, (queue: Queue) => patchQueue(queue, event)));
  if (event.call_id === null) return;
  queries.setQueryData<Page<Call>>(["calls", "live"], (page) => page && patchLiveCalls(page, event));
  queries.setQueryData<Call>(["calls", "one", event.call_id], (call) => call && patchCall(call, event));
  queries.setQueriesData<InfiniteData<Page<Call>>>({ queryKey: ["calls", "log"] }, (log) => log && patchLog(log, event));
  queries.setQueryData<Page<CallEvent>>(["calls", "events", event.call_id], (page) =>
    page && !page.items.some((known) => known.id === event.id) ? { ...page, items: [event, ...page.items] } : page,
  );
}

function patchLog(log: InfiniteData<Page<Call>>, event: CallEvent): InfiniteData<Page<Call>> {
  const pages = log.pages.map((page) => patchItems(page, (call: Call) => patchCall(call, event)));
  return pages.every((page, place) => page === log.pages[place]) ? log : { ...log, pages };
}

/** Which lists an event changes beyond what it says itself. */
export function affected(type: string): string[] {
  if (type === "agent.state" || type.startsWith("device.")) return ["agents"];
  if (type.startsWith("queue.")) return ["queues", "calls"];
  if (type === "call.started" || type === "call.answered" || type === "call.transferred") return ["calls", "agents"];
  if (type === "call.ended" || type.startsWith("recording.")) return ["calls"];
  if (type === "activity.logged") return ["calls", "activities", "reports"];
  if (type === "lead.created") return ["leads"];
  if (type.startsWith("voicemail.")) return ["voicemails"];
  return [];
}
