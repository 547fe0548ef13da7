/** What the API answers, as far as the page uses it. Times are RFC 3339 in UTC, numbers E.164. */

export type AgentState = "available" | "ringing" | "talking" | "wrap_up" | "break" | "offline";
export type Role = "administrator" | "supervisor" | "agent";
export type Result =
  | "answered"
  | "abandoned"
  | "missed"
  | "cancelled"
  | "voicemail"
  | "callback"
  | "blocked"
  | "busy"
  | "failed";

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface Session {
  login: string;
  name: string;
  role: Role;
  extension: string;
  language: "es" | "en";
}

export interface Call {
  id: string;
  direction: "inbound" | "outbound" | "internal";
  caller: { number: string | null; name: string | null; contact_id: string | null; lead_id: string | null };
  dialled: string;
  queue: string | null;
  agent: string | null;
  trunk: string | null;
  started_at: string;
  answered_at: string | null;
  ended_at: string | null;
  wait_s: number;
  talk_s: number;
  result: Result | null;
  reason: string | null;
  ended_by: "caller" | "callee" | "system" | null;
  transfers: number;
  rating: number | null;
  recording_id: string | null;
}

export interface CallEvent {
  id: string;
  type: string;
  at: string;
  call_id: string | null;
  [field: string]: unknown;
}

export interface Queue {
  name: string;
  title?: string;
  waiting: number;
  longest_wait_s: number;
  service_level: number | null;
  agents: Agent[];
}

export interface Agent {
  login: string;
  name?: string;
  extension?: string;
  state: AgentState;
  reason?: string | null;
  since?: string | null;
  until?: string | null;
  call_id?: string | null;
  queues?: string[];
}

export interface Card {
  contact?: { id?: string; name?: string; language?: string | null; responsible?: string | null } | null;
  company?: { name?: string } | string | null;
  leads?: { id: string; status?: string; source?: string | null }[];
  deals?: { id: string; title?: string; status?: string }[];
  last_calls?: { id: string; started_at: string; result: Result | null; agent: string | null }[];
}

export interface ScreenPop extends CallEvent {
  logins: string[];
  number: string | null;
  dialled: string;
  queue: string | null;
  card: Card;
}

export interface Recording {
  id: string;
  state: "recording" | "finishing" | "ready" | "failed";
  duration_s: number | null;
}
