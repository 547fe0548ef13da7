/** How the fields of what matters most are laid out; what is not named here comes behind, folded. */

import type { AdminWord } from "./words";

export interface Section {
  title: AdminWord;
  fields: string[];
}

export const LAYOUTS: Record<string, Section[]> = {
  people: [
    { title: "identity", fields: ["name", "login", "extension", "language"] },
    { title: "access", fields: ["role", "department", "is_active"] },
    { title: "telephony", fields: ["ring_timeout_s", "caller_id", "pickup_group"] },
  ],
  numbers: [{ title: "destination", fields: ["number", "language", "destination"] }],
  queues: [
    { title: "identity", fields: ["title", "name", "extension", "strategy", "music"] },
    { title: "agentsPart", fields: ["members", "ring_timeout_s", "wrap_up_s"] },
    { title: "waitingPart", fields: ["service_level_s", "max_wait_s", "announce_position_s", "callback", "hours"] },
    { title: "overflowPart", fields: ["overflow"] },
  ],
  ring_groups: [
    { title: "identity", fields: ["name", "extension", "strategy", "ring_timeout_s", "extensions"] },
    { title: "overflowPart", fields: ["fallback"] },
  ],
  trunks: [
    { title: "connection", fields: ["name", "host", "port", "transport", "username", "caller_id"] },
    { title: "limits", fields: ["max_calls", "register_s", "check_s", "number_format"] },
  ],
  webhooks: [{ title: "connection", fields: ["name", "url", "events", "is_active"] }],
  rooms: [
    { title: "identity", fields: ["name", "extension", "pin", "moderator_pin", "max_members", "record", "tones"] },
  ],
  campaigns: [
    { title: "identity", fields: ["title", "name", "kind", "queue", "agents", "caller_id"] },
    { title: "hoursPart", fields: ["hours"] },
    { title: "attemptsPart", fields: ["attempts", "ring_s", "pauses_s"] },
    { title: "machinesPart", fields: ["machines", "message", "prompt"] },
  ],
  crm_rules: [
    { title: "identity", fields: ["title", "name", "is_active"] },
    { title: "rulePart", fields: ["on", "conditions", "actions"] },
  ],
  report_mails: [
    { title: "identity", fields: ["title", "name", "report", "only"] },
    { title: "sendingPart", fields: ["every", "hour", "mail_to", "language", "is_active"] },
  ],
  company: [
    {
      title: "identity",
      fields: ["name", "country", "time_zone", "language", "reception", "company_voicemail", "emergency_numbers"],
    },
  ],
};

/** The columns of a list. */
export const COLUMNS: Record<string, string[]> = {
  people: ["name", "login", "extension", "role", "department", "is_active"],
  roles: ["title", "based_on", "permissions"],
  numbers: ["number", "destination", "language"],
  trunks: ["name", "host", "transport", "caller_id", "max_calls"],
  queues: ["title", "name", "strategy", "members", "max_wait_s"],
  ring_groups: ["name", "extension", "extensions", "strategy", "fallback"],
  menus: ["name"],
  rooms: ["name", "extension"],
  switches: ["title", "name", "number"],
  voicemail_boxes: ["box", "title"],
  campaigns: ["title", "name", "kind", "queue", "caller_id"],
  webhooks: ["name", "url", "events", "is_active"],
  crm_rules: ["title", "on", "is_active"],
  report_mails: ["title", "report", "every", "hour", "mail_to", "is_active"],
};
