/** Who is signed in, and the event stream that lives as long as the session. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";

import { ApiError, get, post, remove } from "../api/client";
import type { CallEvent, Session } from "../api/types";
import { EventStream } from "./events";

interface Live {
  session: Session | null;
  loading: boolean;
  up: boolean;
  signIn: (login: string, password: string) => Promise<void>;
  signOut: () => Promise<void>;
  onEvent: (listener: (event: CallEvent) => void) => () => void;
}

const LiveContext = createContext<Live | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [up, setUp] = useState(true);
  const { data: session = null, isPending } = useQuery({
    queryKey: ["session"],
    queryFn: () => get<Session>("/session").catch(signedOut),
    staleTime: Infinity,
  });
  const login = session?.login;
  const stream = useMemo(() => (login === undefined ? null : new EventStream()), [login]);

  useEffect(() => {
    if (stream === null) return;
    const stopEvents = stream.onEvent((event) => {
      for (const key of affected(event.type)) void queries.invalidateQueries({ queryKey: [key] });
    });
    let wasDown = false;
    const stopStatus = stream.onStatus((isUp) => {
      setUp(isUp);
      if (isUp && wasDown) void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      wasDown = !isUp;
    });
    stream.open();
    return () => {
      stopEvents();
      stopStatus();
      stream.close();
    };
  }, [stream, queries]);

  const live = useMemo<Live>(
    () => ({
      session,
      loading: isPending,
      up,
      signIn: async (name, password) => {
        await post("/session", { login: name, password });
        queries.setQueryData(["session"], await get<Session>("/session"));
      },
      signOut: async () => {
        await remove("/session");
        queries.setQueryData(["session"], null);
        queries.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      },
      onEvent: (listener) => stream?.onEvent(listener) ?? (() => undefined),
    }),
    [session, isPending, up, stream, queries],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

function signedOut(error: unknown): null {
  if (error instanceof ApiError && error.status === 401) return null;
  throw error;
}

/** Which lists an event changes. */
function affected(type: string): string[] {
  if (type === "agent.state") return ["agents", "queues"];
  if (type.startsWith("queue.")) return ["queues", "calls"];
  if (type.startsWith("device.")) return ["agents"];
  if (type.startsWith("call.") || type.startsWith("recording.")) return ["calls", "queues", "agents"];
  return [];
}

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error("SessionProvider is missing");
  return live;
}
