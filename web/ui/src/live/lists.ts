/** The lists that several parts of the page look at, each asked for once and kept right by events. */

import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useMemo } from "react";

import { get } from "../api/client";
import type { Agent, Call, Page, Queue } from "../api/types";
import { serverNow } from "./serverClock";

const SAME_MS = 1500;
const LAG_MS = 3000;

export function useAgents() {
  return useQuery({ queryKey: ["agents"], queryFn: () => get<Page<Agent>>("/agents") });
}

export function useQueues() {
  const queries = useQueryClient();
  return useQuery({ queryKey: ["queues"], queryFn: () => readQueues(queries) });
}

/** Longest first: a new call comes at the end and moves nobody. */
export function useLiveCalls() {
  const queries = useQueryClient();
  return useQuery({ queryKey: ["calls", "live"], queryFn: () => readLiveCalls(queries), select: longestFirst });
}

/** The server's list follows the events by a moment: a call that has just begun stays although it is not in it yet. */
async function readLiveCalls(queries: QueryClient): Promise<Page<Call>> {
  const page = await get<Page<Call>>("/calls?live=true&limit=200");
  const listed = new Set(page.items.map((call) => call.id));
  const begun = (queries.getQueryData<Page<Call>>(["calls", "live"])?.items ?? []).filter((call) => !listed.has(call.id) && serverNow() - Date.parse(call.started_at) < LAG_MS);
  return { ...page, items: [...begun, ...page.items] };
}

function longestFirst(page: Page<Call>): Page<Call> {
  return { ...page, items: [...page.items].sort((one, other) => one.started_at.localeCompare(other.started_at) || one.id.localeCompare(other.id)) };
}

/** What people are called: login → name, queue → title. */
export function useNames() {
  const { data: agents } = useAgents();
  const { data: queues } = useQueues();
  return useMemo(() => {
    const people = new Map(agents?.items.map((agent) => [agent.login, agent.name]));
    const titles = new Map(queues?.items.map((queue) => [queue.name, queue.title]));
    return {
      person: (login: string) => people.get(login) || login,
      queue: (name: string) => titles.get(name) || name,
    };
  }, [agents, queues]);
}

async function readQueues(queries: QueryClient): Promise<Page<Queue>> {
  const page = await get<Page<Omit<Queue, "waiting_since">>>("/queues");
  const known = new Map(queries.getQueryData<Page<Queue>>(["queues"])?.items.map((queue) => [queue.name, queue.waiting_since]));
  const items = page.items.map((queue) => ({ ...queue, waiting_since: since(queue.longest_wait_s, queue.waiting, known.get(queue.name)) }));
  items.sort((one, other) => one.name.localeCompare(other.name));
  return { ...page, items };
}

/** Keeps the moment known before when the answer means the same one, so that the timer does not twitch. */
function since(longest_s: number, waiting: number, known: string | null | undefined): string | null {
  if (waiting === 0) return null;
  const from = serverNow() - longest_s * 1000;
  return known && Math.abs(Date.parse(known) - from) < SAME_MS ? known : new Date(from).toISOString();
}
