/** The lists that several parts of the page look at, each asked for once and kept right by events. */

import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useMemo } from "react";

import { get } from "../api/client";
import type { Agent, Call, Page, Queue, Session } from "../api/types";
import { hasEnded } from "./ended";
import { patchAgent, patchItems, patchLiveCalls } from "./patches";
import { serverNow } from "./serverClock";
import { now, toldSince } from "./told";

const SAME_MS = 1500;
const LAG_MS = 3000;
/** The last hour of a queue goes by the clock, whether anything happens or not. */
const SLOT_MS = 300_000;

export function useAgents() {
  return useQuery({ queryKey: ["agents"], queryFn: readAgents });
}

/** One of them: who looks on is not drawn again when it is about somebody else. */
export function useAgent(login: string | undefined): Agent | undefined {
  return (
    useQuery({
      queryKey: ["agents"],
      queryFn: readAgents,
      select: page => page.items.find(agent => agent.login === login) ?? null,
    }).data ?? undefined
  );
}

export function useQueues() {
  const queries = useQueryClient();
  return useQuery({ queryKey: ["queues"], queryFn: () => readQueues(queries), refetchInterval: SLOT_MS });
}

/** Longest first: a new call comes at the end and moves nobody. */
export function useLiveCalls() {
  const queries = useQueryClient();
  return useQuery({ queryKey: ["calls", "live"], queryFn: () => readLiveCalls(queries), select: longestFirst });
}

/** The server's list follows the events by a moment: a call that has just begun stays although it is not in it yet, and one that is over goes. */
async function readLiveCalls(queries: QueryClient): Promise<Page<Call>> {
  const asked = now();
  const answer = await get<Page<Call>>("/calls?live=true&limit=200");
  const page = toldSince(asked).reduce(patchLiveCalls, answer);
  const listed = new Set(page.items.map(call => call.id));
  const begun = (queries.getQueryData<Page<Call>>(["calls", "live"])?.items ?? []).filter(
    call => !listed.has(call.id) && serverNow() - Date.parse(call.started_at) < LAG_MS,
  );
  return { ...page, items: [...begun, ...page.items].filter(call => !hasEnded(call.id)) };
}

function longestFirst(page: Page<Call>): Page<Call> {
  return {
    ...page,
    items: [...page.items].sort(
      (one, other) => one.started_at.localeCompare(other.started_at) || one.id.localeCompare(other.id),
    ),
  };
}

export interface Names {
  person: (login: string) => string;
  queue: (name: string) => string;
  /** The titles of those that one may see: of others one does not hear. */
  queues: (names: string[]) => string[];
}

/** What people are called: login → name, queue → title. Nobody is drawn again because somebody's state changed. */
export function useNames(): Names {
  const queries = useQueryClient();
  const { data: people } = useQuery({ queryKey: ["agents"], queryFn: readAgents, select: namesOf });
  const { data: titles } = useQuery({ queryKey: ["queues"], queryFn: () => readQueues(queries), select: titlesOf });
  return useMemo(
    () => ({
      person: (login: string) => people?.[login] || login,
      queue: (name: string) => titles?.[name] || queries.getQueryData<Session>(["session"])?.queue_titles[name] || name,
      queues: (names: string[]) =>
        names.flatMap(name => (titles !== undefined && name in titles ? [titles[name] || name] : [])),
    }),
    [people, titles, queries],
  );
}

async function readAgents(): Promise<Page<Agent>> {
  const asked = now();
  const answer = await get<Page<Agent>>("/agents");
  return toldSince(asked).reduce((page, event) => patchItems(page, (agent: Agent) => patchAgent(agent, event)), answer);
}

const namesOf = (page: Page<Agent>): Record<string, string | undefined> =>
  Object.fromEntries(page.items.map(agent => [agent.login, agent.name]));
const titlesOf = (page: Page<Queue>): Record<string, string | undefined> =>
  Object.fromEntries(page.items.map(queue => [queue.name, queue.title]));

async function readQueues(queries: QueryClient): Promise<Page<Queue>> {
  const page = await get<Page<Omit<Queue, "waiting_since">>>("/queues");
  const known = new Map(
    queries.getQueryData<Page<Queue>>(["queues"])?.items.map(queue => [queue.name, queue.waiting_since]),
  );
  const items = page.items.map(queue => ({
    ...queue,
    waiting_since: since(queue.longest_wait_s, queue.waiting, known.get(queue.name)),
  }));
  items.sort((one, other) => one.name.localeCompare(other.name));
  return { ...page, items };
}

/** Keeps the moment known before when the answer means the same one, so that the timer does not twitch. */
function since(longest_s: number, waiting: number, known: string | null | undefined): string | null {
  if (waiting === 0) return null;
  const from = serverNow() - longest_s * 1000;
  return known && Math.abs(Date.parse(known) - from) < SAME_MS ? known : new Date(from).toISOString();
}
