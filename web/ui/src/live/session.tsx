/** Who is signed in, and the event stream that lives as long as the session. */

import { notifyManager, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";

import { ApiError, get, post, remove } from "../api/client";
import type { CallEvent, Session } from "../api/types";
import { Coalescer } from "./coalesce";
import { learnEnd } from "./ended";
import { EventStream } from "./events";
import { affected, applyEvent, drifting, listOf } from "./apply";
import { FrameQueue } from "./frame";
import { forgetServerTime, learnServerTime } from "./serverClock";
import { learnTimeZone } from "../text/zone";
import { remember } from "./told";

interface Live {
  session: Session | null;
  loading: boolean;
  up: boolean;
  signIn: (login: string, password: string, code?: string) => Promise<void>;
  signOut: () => Promise<void>;
  onEvent: (listener: (event: CallEvent) => void) => () => void;
}

const LIVE = ["agents", "queues", "live"];
const SETTLED_MS = 1500;
const CORRECTED_MS = 10_000;
const RETRY_FAILED_MS = 3000;
/** Who has the page open stays signed in: the server lengthens a session that is asked for. */
const RENEWED_MS = 6 * 3_600_000;
const LiveContext = createContext<Live | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [up, setUp] = useState(true);
  const { data: session = null, isPending } = useQuery({
    queryKey: ["session"],
    queryFn: () => whoIsHere().catch(signedOut),
    staleTime: Infinity,
    refetchInterval: ({ state }) => (state.status === "error" ? RETRY_FAILED_MS : RENEWED_MS),
    refetchIntervalInBackground: true,
  });
  const login = session?.login;
  const stream = useMemo(() => (login === undefined ? null : new EventStream()), [login]);

  useEffect(() => {
    if (stream === null) return;
    const ask = (names: string[]) =>
      void queries.invalidateQueries({ predicate: ({ queryKey }) => names.some(name => name === listOf(queryKey)) });
    const coalescer = new Coalescer(ask);
    const correction = new Coalescer(ask, CORRECTED_MS, CORRECTED_MS);
    const settled = new Set<ReturnType<typeof setTimeout>>();
    // The log, the figures and who may see which call follow the event by a moment.
    const settle = (names: string[]) => {
      const timer = setTimeout(() => {
        settled.delete(timer);
        coalescer.touch(names);
      }, SETTLED_MS);
      settled.add(timer);
    };
    const frames = new FrameQueue<CallEvent>(events =>
      notifyManager.batch(() => {
        for (const event of events) {
          applyEvent(queries, event);
          const lists = affected(queries, event);
          coalescer.touch(lists);
          if (lists.includes("live")) settle(["live"]);
          correction.touch(drifting(event.type));
        }
      }),
    );
    let wasDown = false;
    const stops = [
      stream.onEvent(event => {
        learnServerTime(event.at);
        remember(event);
        frames.push(event);
        if (event.type !== "call.ended") return;
        if (event.call_id !== null) learnEnd(event.call_id);
        settle(["calls", "queues"]);
      }),
      stream.onStatus(isUp => {
        setUp(isUp);
        if (isUp && wasDown) {
          forgetServerTime();
          void queries.invalidateQueries({ predicate: query => query.queryKey[0] !== "session" });
          // A server that has just started still learns what happened while it was away.
          settle(LIVE);
          correction.touch(LIVE);
        } else if (isUp) {
          // What happened between the first answers and the first event that can come was told to nobody.
          coalescer.touch(LIVE);
        }
        wasDown = !isUp;
      }),
      stream.onRefused(() => void queries.invalidateQueries({ queryKey: ["session"] })),
      onReturn(() => stream.hurry()),
    ];
    stream.open();
    return () => {
      stops.forEach(stop => stop());
      settled.forEach(clearTimeout);
      frames.stop();
      coalescer.stop();
      correction.stop();
      stream.close();
    };
  }, [stream, queries]);

  const live = useMemo<Live>(
    () => ({
      session,
      loading: isPending,
      up,
      signIn: async (name, password, code) => {
        await post("/session", { login: name, password, ...(code ? { code } : {}) });
        queries.setQueryData(["session"], await whoIsHere());
      },
      signOut: async () => {
        await remove("/session");
        queries.setQueryData(["session"], null);
        queries.removeQueries({ predicate: query => query.queryKey[0] !== "session" });
      },
      onEvent: listener => stream?.onEvent(listener) ?? (() => undefined),
    }),
    [session, isPending, up, stream, queries],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

async function whoIsHere(): Promise<Session> {
  const session = await get<Session>("/session");
  learnTimeZone(session.time_zone);
  return session;
}

function signedOut(error: unknown): null {
  if (error instanceof ApiError && error.status === 401) return null;
  throw error;
}

/** Calls back when the network is there again or the page is looked at again. */
function onReturn(back: () => void): () => void {
  const seen = () => document.visibilityState === "visible" && back();
  window.addEventListener("online", back);
  document.addEventListener("visibilitychange", seen);
  return () => {
    window.removeEventListener("online", back);
    document.removeEventListener("visibilitychange", seen);
  };
}

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error("SessionProvider is missing");
  return live;
}
