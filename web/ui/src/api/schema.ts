/** The documents of the API; written by `python -m web.api.typescript` from its description. */

export type Activities = {
  items: ActivityShown[];
  next_cursor: string | null;
};

export type ActivityShown = {
  id: string;
  kind: "call" | "meeting" | "message" | "visit" | "other";
  at: string;
  subject: string;
  text: string;
  direction: "inbound" | "outbound" | "internal" | null;
  number: string | null;
  call_id: string | null;
  result: "answered" | "abandoned" | "missed" | "cancelled" | "voicemail" | "callback" | "blocked" | "busy" | "failed" | null;
  recording_id: string | null;
  talk_s: number | null;
  responsible: string | null;
  contact_id: string | null;
  lead_id: string | null;
  deal_id: string | null;
  created_at: string;
  updated_at: string;
};

export type Agent = {
  login: string;
  name: string;
  extension: string;
  queues: string[];
  state: "available" | "ringing" | "talking" | "wrap_up" | "break" | "offline";
  reason: string | null;
  since: string | null;
  until: string | null;
  call_id: string | null;
  next_state: "available" | "ringing" | "talking" | "wrap_up" | "break" | "offline" | null;
  reachable: boolean;
};

export type AgentReport = {
  from: string;
  to: string;
  by: string;
  items: AgentRow[];
  next_cursor: string | null;
};

export type AgentRow = {
  period: string | null;
  agent: string;
  offered: number;
  answered: number;
  missed: number;
  dialled: number;
  handling_time_s: number | null;
  talk_s: number | null;
  wrap_up_s: number | null;
  ring_s: number | null;
  talk_total_s: number;
  wrap_up_total_s: number;
  available_total_s: number;
  break_total_s: number;
  signed_in_total_s: number;
  occupancy: number | null;
  transfers: number;
  ratings: number;
  rating: number | null;
};

export type Agents = {
  items: Agent[];
  next_cursor: string | null;
};

export type Call = {
  id: string;
  direction: "inbound" | "outbound" | "internal";
  caller: Caller;
  dialled: string;
  queue: string | null;
  agent: string | null;
  trunk: string | null;
  started_at: string;
  answered_at: string | null;
  ended_at: string | null;
  wait_s: number;
  talk_s: number;
  result: "answered" | "abandoned" | "missed" | "cancelled" | "voicemail" | "callback" | "blocked" | "busy" | "failed" | null;
  reason: string | null;
  ended_by: "caller" | "callee" | "system" | null;
  transfers: number;
  rating: number | null;
  recording_id: string | null;
};

export type CallEvent = {
  id: string;
  type: string;
  at: string;
  call_id: string | null;
  [field: string]: unknown;
};

export type CallEvents = {
  items: CallEvent[];
  next_cursor: string | null;
};

export type Caller = {
  number: string | null;
  name: string | null;
  contact_id: string | null;
  lead_id: string | null;
};

export type Calls = {
  items: Call[];
  next_cursor: string | null;
};

export type Card = {
  number: string | null;
  contact: KnownContact | null;
  company: KnownCompany | null;
  responsible: string | null;
  language: string | null;
  leads: OpenLead[];
  deals: OpenDeal[];
  last_calls: LastCall[];
};

export type ChangeActivity = {
  subject?: string;
  text?: string;
  responsible?: string | null;
  contact_id?: string | null;
  lead_id?: string | null;
  deal_id?: string | null;
};

export type ChangeCompany = {
  name?: string;
  responsible?: string | null;
};

export type ChangeContact = {
  name?: string;
  company_id?: string | null;
  numbers?: string[];
  language?: "es" | "en" | null;
  responsible?: string | null;
  email?: string | null;
  vip?: boolean;
};

export type ChangeDeal = {
  title?: string;
  status?: "open" | "won" | "lost";
  amount?: number | null;
  currency?: string | null;
  responsible?: string | null;
  contact_id?: string | null;
  company_id?: string | null;
  lead_id?: string | null;
};

export type ChangeLead = {
  name?: string | null;
  responsible?: string | null;
  status?: "new" | "in_progress" | "converted" | "lost";
  contact_id?: string | null;
};

export type ChangeTask = {
  title?: string;
  text?: string;
  status?: "open" | "done";
  due_at?: string | null;
  responsible?: string | null;
  contact_id?: string | null;
  lead_id?: string | null;
  deal_id?: string | null;
  call_id?: string | null;
};

export type ChangeVoicemail = {
  is_read: boolean;
};

export type Companies = {
  items: Company[];
  next_cursor: string | null;
};

export type Company = {
  id: string;
  name: string;
  responsible: string | null;
  created_at: string;
  updated_at: string;
};

export type Conference = {
  call_id: string;
};

export type Contact = {
  id: string;
  name: string;
  company_id: string | null;
  company: string | null;
  numbers: string[];
  language: string | null;
  responsible: string | null;
  email: string | null;
  vip: boolean;
  created_at: string;
  updated_at: string;
};

export type Contacts = {
  items: Contact[];
  next_cursor: string | null;
};

export type DealShown = {
  id: string;
  title: string;
  status: "open" | "won" | "lost";
  amount: number | null;
  currency: string | null;
  responsible: string | null;
  contact_id: string | null;
  company_id: string | null;
  lead_id: string | null;
  created_at: string;
  updated_at: string;
};

export type Deals = {
  items: DealShown[];
  next_cursor: string | null;
};

export type Done = {
  call_id: string;
};

export type Fault = {
  field: string;
  message: string;
};

export type Hold = {
  on: boolean;
};

export type IceServer = {
  urls: string[];
  username?: string | null;
  credential?: string | null;
};

export type Imported = {
  rows: number;
  added: number;
};

export type KnownCompany = {
  id: string;
  name: string | null;
};

export type KnownContact = {
  id: string;
  name: string;
  language: string | null;
  responsible: string | null;
  vip: boolean;
};

export type LastCall = {
  id: string;
  direction: "inbound" | "outbound" | "internal";
  started_at: string;
  result: string | null;
  queue: string | null;
  agent: string | null;
};

export type LeadShown = {
  id: string;
  number: string | null;
  name: string | null;
  source: string | null;
  responsible: string | null;
  status: "new" | "in_progress" | "converted" | "lost";
  repeat: boolean;
  contact_id: string | null;
  call_id: string | null;
  created_at: string;
  updated_at: string;
};

export type Leads = {
  items: LeadShown[];
  next_cursor: string | null;
};

export type Me = {
  login: string;
  name: string;
  role: "administrator" | "supervisor" | "agent";
  extension: string;
  language: string;
  queues: string[];
};

export type MenuExit = {
  node: string | null;
  to: string;
  count: number;
};

export type MenuOption = {
  node: string;
  keys: string;
  outcome: string;
  count: number;
};

export type MenuReport = {
  from: string;
  to: string;
  by: string;
  items: MenuRow[];
  next_cursor: string | null;
};

export type MenuRow = {
  period: string | null;
  menu: string;
  entered: number;
  abandoned: number;
  wrong: number;
  no_answer: number;
  extensions: number;
  stay_s: number | null;
  options?: MenuOption[];
  exits?: MenuExit[];
};

export type Move = {
  kind: "queue" | "person" | "voicemail";
  target: string;
};

export type MyState = {
  state: "available" | "break" | "offline";
  reason?: string | null;
};

export type NewActivity = {
  kind: "meeting" | "message" | "visit" | "other";
  at?: string | null;
  subject: string;
  text?: string;
  responsible?: string | null;
  contact_id?: string | null;
  lead_id?: string | null;
  deal_id?: string | null;
};

export type NewCompany = {
  name: string;
  responsible?: string | null;
};

export type NewContact = {
  name: string;
  company_id?: string | null;
  numbers?: string[];
  language?: "es" | "en" | null;
  responsible?: string | null;
  email?: string | null;
  vip?: boolean;
};

export type NewDeal = {
  title: string;
  status?: "open" | "won" | "lost";
  amount?: number | null;
  currency?: string | null;
  responsible?: string | null;
  contact_id?: string | null;
  company_id?: string | null;
  lead_id?: string | null;
};

export type NewLead = {
  number: string;
  name?: string | null;
  source?: string | null;
  responsible?: string | null;
  status?: "new" | "in_progress" | "converted" | "lost";
  contact_id?: string | null;
};

export type NewNote = {
  text: string;
};

export type NewRule = {
  number: string;
  action?: "reject" | "busy" | "announcement" | "voicemail" | "silence";
  note?: string;
};

export type NewTask = {
  title: string;
  text?: string;
  status?: "open" | "done";
  due_at?: string | null;
  responsible?: string | null;
  contact_id?: string | null;
  lead_id?: string | null;
  deal_id?: string | null;
  call_id?: string | null;
};

export type Note = {
  id: string;
  call_id: string;
  text: string;
  author: string;
  created_at: string;
};

export type Notes = {
  items: Note[];
  next_cursor: string | null;
};

export type Nothing = Record<string, unknown>;

export type NumberReport = {
  from: string;
  to: string;
  by: string;
  items: NumberRow[];
  next_cursor: string | null;
};

export type NumberRow = {
  period: string | null;
  number: string;
  calls: number;
  answered: number;
  abandoned: number;
  missed: number;
  voicemail: number;
  callback: number;
  blocked: number;
  busy: number;
  failed: number;
  wait_s: number | null;
  talk_s: number | null;
  talk_total_s: number;
  transfers: number;
  ratings: number;
  rating: number | null;
};

export type OpenDeal = {
  id: string;
  title: string;
  status: string;
  responsible: string | null;
  created_at: string;
};

export type OpenLead = {
  id: string;
  status: string;
  source: string | null;
  responsible: string | null;
  repeat: boolean;
  created_at: string;
};

export type Originated = {
  id: string;
};

export type Parked = {
  slot: number;
};

export type Pause = {
  from: string;
  to: string | null;
  by?: string | null;
};

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail?: string | null;
  errors?: Fault[] | null;
};

export type Queue = {
  name: string;
  title: string;
  waiting: number;
  longest_wait_s: number;
  agents: Agent[];
  service_level: number | null;
  service_level_s: number;
  max_wait_s: number;
  today: Today;
};

export type QueueReport = {
  from: string;
  to: string;
  by: string;
  items: QueueRow[];
  next_cursor: string | null;
};

export type QueueRow = {
  period: string | null;
  queue: string;
  offered: number;
  answered: number;
  abandoned: number;
  abandoned_short: number;
  overflowed: number;
  callbacks: number;
  service_level: number | null;
  average_speed_of_answer_s: number | null;
  average_abandon_s: number | null;
  longest_wait_s: number;
  handling_time_s: number | null;
  talk_s: number | null;
  wrap_up_s: number | null;
  talk_total_s: number;
  wrap_up_total_s: number;
  transfers: number;
  ratings: number;
  rating: number | null;
};

export type Queues = {
  items: Queue[];
  next_cursor: string | null;
};

export type RecordingInput = {
  state: "on" | "pause" | "off";
};

export type RecordingOutput = {
  id: string;
  call_id: string | null;
  state: "recording" | "finishing" | "ready" | "failed";
  channels: number;
  started_at: string;
  duration_s: number | null;
  size: number | null;
  missing: number[][];
  pauses: Pause[];
};

export type Recordings = {
  items: RecordingOutput[];
  next_cursor: string | null;
};

export type Rule = {
  id: string;
  number: string;
  action: string;
  note: string;
  created_at: string;
  created_by: string | null;
};

export type Rules = {
  items: Rule[];
  next_cursor: string | null;
};

export type Session = {
  token: string;
  expires_at: string;
};

export type SignIn = {
  login: string;
  password: string;
};

export type SipCredentials = {
  uri: string;
  username: string;
  password: string;
  expires_at: string;
  ice_servers: IceServer[];
};

export type Supervise = {
  mode: "listen" | "whisper" | "barge";
};

export type Table = Record<string, unknown>;

export type TaskShown = {
  id: string;
  title: string;
  text: string;
  status: "open" | "done";
  due_at: string | null;
  responsible: string | null;
  contact_id: string | null;
  lead_id: string | null;
  deal_id: string | null;
  call_id: string | null;
  created_by: string | null;
  created_at: string;
  updated_at: string;
};

export type Tasks = {
  items: TaskShown[];
  next_cursor: string | null;
};

export type ToDial = {
  to: string;
};

export type Today = {
  offered: number;
  answered: number;
  abandoned: number;
};

export type Transfer = {
  to: string;
  mode?: "blind" | "attended";
};

export type Voicemail = {
  id: string;
  box: string;
  call_id: string | null;
  caller_number: string | null;
  state: "recording" | "finishing" | "ready" | "failed";
  received_at: string;
  duration_s: number;
  is_read: boolean;
};

export type Voicemails = {
  items: Voicemail[];
  next_cursor: string | null;
};
