/** What the API answers, under the names that the page uses. Times are RFC 3339 in UTC, numbers E.164. */

import type { Agent, Call, CallEvent, Card, Me, RecordingOutput } from "./schema";

export type {
  ActivityShown as Activity,
  Agent,
  AgentReport,
  AgentRow,
  Agents,
  Call,
  Callback,
  CallEvent,
  Calls,
  Card,
  Choice,
  Contact,
  DealShown as Deal,
  Desk,
  DispositionReport,
  DispositionRow,
  LeadShown as Lead,
  MenuReport,
  MenuRow,
  NewContact,
  Note,
  NumberReport,
  NumberRow,
  QueueReport,
  QueueRow,
  TaskShown as Task,
  Voicemail,
} from "./schema";
import type { Queue as QueueShown } from "./schema";

export type AgentState = Agent["state"];
export type Result = NonNullable<Call["result"]>;
export type Direction = Call["direction"];
export type Session = Me;
export type Role = Me["role"];
export type Recording = RecordingOutput;

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** A queue, and since when its longest-waiting caller waits (RFC 3339), so that the timer can tick by itself. */
export type Queue = QueueShown & { waiting_since: string | null };

export type ScreenPop = CallEvent & {
  logins: string[];
  number: string | null;
  dialled: string;
  queue: string | null;
  card: Card;
};
