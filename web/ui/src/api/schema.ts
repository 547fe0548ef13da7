/** The documents of the API; written by `python -m web.api.typescript` from its description. */

export type Action = {
  kind: "task" | "notify" | "webhook" | "assign" | "message";
  to?: string;
  title?: string;
  text?: string;
  due_min?: number;
  webhook?: string | null;
};

export type Activities = {
  items: ActivityShown[];
  next_cursor: string | null;
};

export type ActivityShown = {
  id: string;
  kind: "call" | "meeting" | "message" | "visit" | "note" | "other";
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

export type Added = {
  given: number;
  added: number;
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
  asleep: boolean;
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

export type AgentRules = {
  misses_before_break?: number;
  busy_in?: ("inbound" | "outbound" | "internal")[];
  breaks?: BreakReason[];
  watch_s?: number;
  supervision_pin?: string;
  announces_supervision?: boolean;
  wake_s?: number;
  longest_wrap_up_s?: number;
};

export type Agents = {
  items: Agent[];
  next_cursor: string | null;
};

export type Alarm = {
  at: string;
  what: string;
  detail: string;
};

export type AllSubscribed = {
  items: Subscribed[];
  next_cursor: string | null;
};

export type Audit = {
  items: Entry[];
  next_cursor: string | null;
};

export type Break = {
  name: string;
  title: {
    [field: string]: string;
  };
  max_s: number;
};

export type BreakReason = {
  name: string;
  title?: {
    [field: string]: string;
  };
  max_s?: number;
};

export type Breaks = {
  items: Break[];
  next_cursor: string | null;
};

export type Call = {
  id: string;
  direction: "inbound" | "outbound" | "internal";
  caller: Caller;
  called: Called | null;
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
  campaign: string | null;
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

export type Callback = {
  id: string;
  queue: string;
  number: string;
  language: string;
  source: string;
  requested_at: string;
  not_before: string | null;
  waits_since: string;
  attempts: number;
  position: number | null;
  call_id: string | null;
};

export type CallbackChange = {
  queue?: string | null;
  number?: string | null;
  at?: string | null;
  position?: number | null;
};

export type CallbackRules = {
  first?: "agent" | "customer";
  after_s?: number;
  attempts?: number;
  retry_s?: number;
  ring_s?: number;
  from_hour?: number;
  to_hour?: number;
  keep_s?: number;
  machines?: "off" | "hang_up" | "leave_message";
  message?: {
    [field: string]: string;
  };
  prompt?: string;
};

export type Callbacks = {
  items: Callback[];
  next_cursor: string | null;
};

export type Called = {
  name: string;
  company: string | null;
};

export type Caller = {
  number: string | null;
  name: string | null;
  contact_id: string | null;
  lead_id: string | null;
};

export type CallerIdRule = {
  number: string;
  prefix?: string;
  queue?: string | null;
  department?: string;
};

export type CallingHours = {
  weekdays?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
  from_hour?: number;
  to_hour?: number;
};

export type Calls = {
  items: Call[];
  next_cursor: string | null;
};

export type Campaign = {
  name: string;
  title: string;
  kind: "preview" | "progressive";
  queue: string;
  state: "running" | "paused" | "stopped";
  waiting: number;
  calling: number;
  done: {
    [field: string]: number;
  };
};

export type CampaignAttempt = {
  id: string;
  at: string;
  number: string;
  name: string;
  attempt: number;
  agent: string | null;
  result: string;
  is_last: boolean;
  talk_s: number;
  call_id: string | null;
};

export type CampaignAttempts = {
  items: CampaignAttempt[];
  next_cursor: string | null;
};

export type CampaignContact = {
  number: string;
  name?: string;
};

export type CampaignContacts = {
  items: CampaignContact[];
};

export type CampaignOffer = {
  id: string;
  campaign: string;
  title: string;
  number: string;
  name: string;
  attempts: number;
  until: string;
};

export type CampaignOffers = {
  items: CampaignOffer[];
  next_cursor: string | null;
};

export type CampaignReport = {
  attempts: number;
  contacts: number;
  results: {
    [field: string]: number;
  };
  agents: {
    [field: string]: number;
  };
  talk_s: number;
};

export type CampaignSettings = {
  name: string;
  title?: string;
  kind?: "preview" | "progressive";
  queue: string;
  agents?: string[];
  caller_id?: string | null;
  hours?: CallingHours;
  attempts?: number;
  pauses_s?: {
    [field: string]: number;
  };
  ring_s?: number;
  rest_s?: number;
  wrap_up_s?: number | null;
  preview_s?: number;
  machines?: "off" | "hang_up" | "leave_message";
  message?: {
    [field: string]: string;
  };
  prompt?: string;
};

export type CampaignSettingsPage = {
  items: CampaignSettingsPart[];
  next_cursor: string | null;
  total: number;
};

export type CampaignSettingsPart = {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: CampaignSettings;
};

export type Campaigns = {
  items: Campaign[];
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

export type ChangeOwnSettings = {
  always?: string | null;
  busy?: string | null;
  no_answer?: string | null;
  unreachable?: string | null;
  follow_me?: string | null;
  do_not_disturb?: boolean;
  no_call_waiting?: boolean;
};

export type ChangePassword = {
  password: string;
  fresh: string;
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

export type Choice = {
  code: string;
  title: {
    [field: string]: string;
  };
  needs_note: boolean;
};

export type Chosen = {
  code: string;
  note?: string | null;
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

export type CompanySettings = {
  name: string;
  country?: string;
  time_zone?: string;
  language?: "es" | "en";
  emergency_numbers?: string[];
  park_s?: number;
  own_numbers?: "inside" | "trunk";
  company_voicemail: string;
  reception: string;
  paging_groups?: PagingGroup[];
  speed_dials?: SpeedDial[];
  caller_ids?: CallerIdRule[];
  agents?: AgentRules;
  security?: Security;
  toll?: TollGuard;
  crm?: CrmRules;
};

export type CompanySettingsPart = {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: CompanySettings;
};

export type Condition = {
  field: string;
  test?: "is" | "is_not" | "below" | "above" | "contains" | "begins_with" | "is_empty" | "is_not_empty";
  value?: string;
};

export type Conference = {
  call_id: string;
};

export type Confirm = {
  code: string;
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

export type Conversion = {
  contact?: ToContact | null;
  deal?: ToDeal | null;
};

export type Converted = {
  lead_id: string;
  contact_id: string | null;
  company_id: string | null;
  deal_id: string | null;
};

export type CrmRuleSettings = {
  name: string;
  title?: string;
  on: "call.answered" | "call.missed" | "call.ended" | "lead.created" | "voicemail.ready";
  conditions?: Condition[];
  actions: Action[];
  is_active?: boolean;
};

export type CrmRuleSettingsPage = {
  items: CrmRuleSettingsPart[];
  next_cursor: string | null;
  total: number;
};

export type CrmRuleSettingsPart = {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: CrmRuleSettings;
};

export type CrmRules = {
  leads?: "everybody" | "unknown" | "nobody";
  strangers?: "create" | "suggest";
  follow_transfers?: boolean;
  no_leads_for?: string[];
  lead_owner?: string | null;
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

export type Decision = {
  action: "start" | "skip";
};

export type Deliveries = {
  items: Delivery[];
  next_cursor: string | null;
};

export type Delivery = {
  id: string;
  event_id: string;
  type: string;
  state: "waiting" | "delivered" | "failed";
  attempts: number;
  status: number | null;
  fault: string;
  created_at: string;
  next_at: string | null;
  finished_at: string | null;
};

export type Desk = {
  queue: string;
  title: string;
  wrap_up_s: number;
  script: {
    [field: string]: string;
  };
  dispositions: Choice[];
};

export type DeskPhoneInput = {
  mac: string;
  vendor: "yealink" | "grandstream" | "snom" | "poly" | "cisco";
};

export type DeskPhoneOutput = {
  mac: string;
  vendor: "yealink" | "grandstream" | "snom" | "poly" | "cisco";
};

export type Destination = {
  kind: "menu" | "queue" | "person" | "room" | "voicemail" | "ring_group" | "number" | "callback" | "message" | "hangup";
  target?: string;
};

export type Device = {
  extension: string;
  login: string | null;
  contact: string;
  address: string;
  user_agent: string;
  expires_s: number;
};

export type DeviceAddress = {
  mac: string;
  vendor: "yealink" | "grandstream" | "snom" | "poly" | "cisco";
  address: string | null;
  expires_at: string | null;
};

export type Devices = {
  items: Device[];
  next_cursor: string | null;
};

export type Disk = {
  free_bytes: number;
  total_bytes: number;
  is_low: boolean;
};

export type DispositionInput = {
  code: string;
  title: {
    [field: string]: string;
  };
  needs_note?: boolean;
};

export type DispositionReport = {
  from: string;
  to: string;
  by: string;
  items: DispositionRow[];
  next_cursor: string | null;
};

export type DispositionRow = {
  period: string | null;
  queue: string;
  disposition: string;
  calls: number;
  share: number;
  talk_s: number | null;
};

export type Done = {
  call_id: string;
};

export type Draft = {
  name: string;
  text: string;
};

export type Duplicate = {
  by: "number" | "name";
  value: string;
  contacts: Contact[];
};

export type Duplicates = {
  items: Duplicate[];
  next_cursor: string | null;
};

export type Entry = {
  id: string;
  at: string;
  by: string | null;
  action: "created" | "changed" | "deleted" | "restored" | "moved" | "imported" | "merged" | "recorded" | "erased" | "held" | "released" | "ended" | "password_set" | "telephone_password_set" | "secret_set" | "signed_out" | "second_factor_on" | "second_factor_dropped" | "running" | "paused" | "stopped" | "listen" | "whisper" | "barge" | "taken_over";
  kind: "company" | "recordings" | "person" | "number" | "queue" | "ring_group" | "room" | "switch" | "voicemail_box" | "trunk" | "menu" | "role" | "webhook" | "crm_rule" | "campaign" | "report_mail" | "block_rule" | "do_not_call" | "prompt" | "greeting" | "token" | "call" | "recording" | "voicemail" | "callback" | "place" | "wrap_up" | "contact";
  name: string;
  title: string;
  version: number | null;
  detail: {
    [field: string]: unknown;
  };
  changes: FieldChange[];
  can_undo: boolean;
};

export type Erased = {
  recordings: number;
  voicemails: number;
  held: number;
  left: number;
};

export type Exchange = {
  up: boolean;
  draining: boolean;
  started_at: string | null;
  calls: number;
  media_workers: number;
  media_workers_wanted: number;
  devices: number;
  browsers: number;
};

export type Fault = {
  field: string;
  message: string;
  part?: string | null;
  part_field?: string | null;
};

export type FieldChange = {
  field: string;
  before: unknown;
  after: unknown;
};

export type Form = {
  kind: string;
  named_by: string;
  form: {
    [field: string]: unknown;
  };
};

export type Forms = {
  items: Form[];
  next_cursor: string | null;
};

export type Greeting = {
  box: string;
  title: string;
  recorded_at: string | null;
};

export type Greetings = {
  items: Greeting[];
  next_cursor: string | null;
};

export type Health = {
  exchange: Exchange;
  trunks: Trunk[];
  database: string;
  database_ms: number;
  disk: Disk;
  faults: number;
  event_readers: number;
  alarms: Alarm[];
  has_certificate: boolean;
  is_demo: boolean;
};

export type Hold = {
  on: boolean;
};

export type HoldRecording = {
  on: boolean;
  note?: string;
};

export type IceServer = {
  urls: string[];
  username?: string | null;
  credential?: string | null;
};

export type ImportProgress = {
  state: "idle" | "reading" | "writing" | "done" | "failed";
  rows: number;
  done: number;
  by: string | null;
};

export type Imported = {
  rows: number;
  added: number;
};

export type ImportedContacts = {
  rows: number;
  added: number;
  changed: number;
};

export type Kept = {
  duration_s: number;
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
  role_name: string;
  extension: string;
  language: string;
  queues: string[];
  queue_titles: {
    [field: string]: string;
  };
  time_zone: string;
  permissions: {
    [field: string]: "own" | "department" | "all";
  };
};

export type MenuDiff = {
  from: number;
  to: number;
  diff: string;
};

export type MenuExit = {
  node: string | null;
  to: string;
  count: number;
};

export type MenuFault = {
  line: number;
  column: number;
  path: string[];
  message: string;
  is_warning: boolean;
};

export type MenuFaults = {
  items: MenuFault[];
  next_cursor: string | null;
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

export type MenuSettings = {
  name: string;
  text: string;
};

export type MenuSettingsPage = {
  items: MenuSettingsPart[];
  next_cursor: string | null;
  total: number;
};

export type MenuSettingsPart = {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: MenuSettings;
};

export type Merge = {
  other: string;
};

export type MoreTime = {
  extend_s: number;
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
  kind: "meeting" | "message" | "visit" | "note" | "other";
  at?: string | null;
  subject?: string;
  text?: string;
  responsible?: string | null;
  contact_id?: string | null;
  lead_id?: string | null;
  deal_id?: string | null;
};

export type NewCallback = {
  queue: string;
  number: string;
  at?: string | null;
  language?: "es" | "en" | null;
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
  call_id?: string | null;
};

export type NewNote = {
  text: string;
};

export type NewPersonSettings = {
  login: string;
  name: string;
  extension: string;
  role?: string;
  department?: string;
  is_active?: boolean;
  language?: "es" | "en";
  pickup_group?: string | null;
  picks_up?: string[];
  picks_up_calls?: ("inbound" | "internal" | "outbound")[];
  ring_timeout_s?: number;
  caller_id?: string | null;
  auto_answer?: boolean;
  devices?: DeskPhoneInput[];
  password?: string | null;
};

export type NewRule = {
  number: string;
  action?: "reject" | "busy" | "announcement" | "voicemail" | "silence" | "music" | "allow";
  note?: string;
  scope?: string;
  expires_at?: string | null;
};

export type NewSecondFactor = {
  secret: string;
  uri: string;
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

export type NewToken = {
  name: string;
  is_read_only?: boolean;
  expires_at?: string | null;
};

export type NewUnwanted = {
  number: string;
  note?: string;
};

export type NightSwitch = {
  name: string;
  number: number;
  title: string;
  on: boolean;
};

export type NightSwitches = {
  items: NightSwitch[];
  next_cursor: string | null;
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

export type NumberSettings = {
  number: string;
  destination: Destination;
  language?: "es" | "en" | null;
};

export type NumberSettingsPage = {
  items: NumberSettingsPart[];
  next_cursor: string | null;
  total: number;
};

export type NumberSettingsPart = {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: NumberSettings;
};

export type OldVersion = {
  version: number;
  is_current: boolean;
  is_deleted: boolean;
  changed_at: string;
  changed_by: string | null;
  value: {
    [field: string]: unknown;
  };
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

export type OpenSession = {
  since: string;
  expires_at: string;
  browser: string | null;
  system: string | null;
  is_this: boolean;
};

export type OpenSessions = {
  items: OpenSession[];
  next_cursor: string | null;
};

export type OpeningHours = {
  weekly?: Record<string, unknown>;
  dates?: Record<string, unknown>;
  holidays?: string;
  switch?: string;
};

export type Originated = {
  id: string;
};

export type OwnSettings = {
  always: string | null;
  busy: string | null;
  no_answer: string | null;
  unreachable: string | null;
  follow_me: string | null;
  do_not_disturb: boolean;
  no_call_waiting: boolean;
};

export type PagingGroup = {
  number: number;
  title?: string;
  extensions: string[];
};

export type Parked = {
  slot: number;
};

export type Passwords = {
  page?: string | null;
  telephone?: Telephone | null;
};

export type Pause = {
  from: string;
  to: string | null;
  by?: string | null;
};

export type Permission = {
  name: string;
  summary: string;
  choices: ("none" | "own" | "department" | "all")[];
  built_in: {
    [field: string]: "none" | "own" | "department" | "all";
  };
};

export type Permissions = {
  items: Permission[];
  next_cursor: string | null;
};

export type PersonSettingsInput = {
  login: string;
  name: string;
  extension: string;
  role?: string;
  department?: string;
  is_active?: boolean;
  language?: "es" | "en";
  pickup_group?: string | null;
  picks_up?: string[];
  picks_up_calls?: ("inbound" | "internal" | "outbound")[];
  ring_timeout_s?: number;
  caller_id?: string | null;
  auto_answer?: boolean;
  devices?: DeskPhoneInput[];
};

export type PersonSettingsOutput = {
  login: string;
  name: string;
  extension: string;
  role?: string;
  department?: string;
  is_active?: boolean;
  language?: "es" | "en";
  pickup_group?: string | null;
  picks_up?: string[];
  picks_up_calls?: ("inbound" | "internal" | "outbound")[];
  ring_timeout_s?: number;
  caller_id?: string | null;
  auto_answer?: boolean;
  devices?: DeskPhoneOutput[];
};

export type PersonSettingsPage = {
  items: PersonSettingsPart[];
  next_cursor: string | null;
  total: number;
};

export type PersonSettingsPart = {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: PersonSettingsOutput;
};

export type PersonWritten = {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: PersonSettingsOutput;
  passwords: Passwords;
};

export type Place = {
  position: number;
};

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail?: string | null;
  errors?: Fault[] | null;
};

export type Prompt = {
  folder: string;
  name: string;
  text: string;
  recorded_at: string | null;
};

export type Prompts = {
  items: Prompt[];
  next_cursor: string | null;
};

export type Prove = {
  password: string;
};

export type PushKeyShown = {
  public_key: string;
};

export type PushKeys = {
  p256dh: string;
  auth: string;
};

export type Queue = {
  name: string;
  title: string;
  waiting: number;
  longest_wait_s: number;
  agents: Agent[];
  callers: WaitingCaller[];
  service_level: number | null;
  service_level_s: number;
  max_wait_s: number;
  today: Today;
  last_hour: number[];
};

export type QueueMember = {
  login: string;
  penalty?: number;
  skills?: {
    [field: string]: number;
  };
};

export type QueueMessage = {
  after_s: number;
  every_s?: number;
  texts: {
    [field: string]: string;
  };
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
  callbacks_reached: number;
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

export type QueueSettings = {
  name: string;
  title?: string;
  extension?: string | null;
  strategy?: "longest_idle" | "round_robin" | "fewest_calls" | "least_talk_time" | "ring_all" | "in_order" | "random" | "weighted";
  members?: QueueMember[];
  skills?: string[];
  ring_timeout_s?: number;
  wrap_up_s?: number;
  service_level_s?: number;
  max_wait_s?: number;
  max_callers?: number;
  overflow: Destination;
  announce_position_s?: number;
  callback?: boolean;
  callbacks?: CallbackRules;
  music?: string;
  weight?: number;
  priority_worth_s?: number;
  vip_priority?: number;
  skill_level?: number;
  relaxation?: Relaxation[];
  sticky_s?: number;
  overflow_when?: {
    [field: string]: Destination;
  };
  max_expected_wait_s?: number;
  hours?: OpeningHours | null;
  messages?: QueueMessage[];
  whisper?: boolean;
  survey?: string | null;
  script?: {
    [field: string]: string;
  };
  dispositions?: DispositionInput[];
};

export type QueueSettingsPage = {
  items: QueueSettingsPart[];
  next_cursor: string | null;
  total: number;
};

export type QueueSettingsPart = {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: QueueSettings;
};

export type Queues = {
  items: Queue[];
  next_cursor: string | null;
};

export type RecordingInput = {
  state: "on" | "pause" | "off";
  for_s?: number | null;
};

export type RecordingOutput = {
  id: string;
  call_id: string | null;
  state: "recording" | "finishing" | "ready" | "failed";
  channels: number;
  room: string | null;
  started_at: string;
  duration_s: number | null;
  size: number | null;
  missing: number[][];
  pauses: Pause[];
  rule: string | null;
  held_at: string | null;
  held_by: string | null;
};

export type RecordingNotice = {
  directions?: ("inbound" | "outbound" | "internal")[];
  needed?: boolean;
  texts?: {
    [field: string]: string;
  };
  prompt?: string;
};

export type RecordingPolicySettings = {
  by_default?: boolean;
  rules?: RecordingRule[];
  notice?: RecordingNotice;
  talkers_may?: "on_and_off" | "pause" | "nothing";
  pause_s?: number;
  digits_pause_s?: number;
  keep_days?: number | null;
};

export type RecordingPolicySettingsPart = {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: RecordingPolicySettings;
};

export type RecordingRule = {
  title: string;
  record?: boolean;
  directions?: ("inbound" | "outbound" | "internal")[];
  numbers?: string[];
  queues?: string[];
  people?: string[];
  departments?: string[];
  keep_days?: number | null;
};

export type RecordingState = {
  state: "on" | "pause" | "off";
  allowed: ("on" | "pause" | "off")[];
};

export type Recordings = {
  items: RecordingOutput[];
  next_cursor: string | null;
};

export type RecoveryCodes = {
  recovery_codes: string[];
};

export type Relaxation = {
  after_s: number;
  level?: number | null;
};

export type ReportMailSettings = {
  name: string;
  title?: string;
  report?: "queues" | "agents" | "numbers" | "menus" | "dispositions";
  only?: string;
  every?: "day" | "week" | "month";
  hour?: number;
  mail_to: string[];
  language?: "es" | "en";
  is_active?: boolean;
};

export type ReportMailSettingsPage = {
  items: ReportMailSettingsPart[];
  next_cursor: string | null;
  total: number;
};

export type ReportMailSettingsPart = {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: ReportMailSettings;
};

export type Restore = {
  version: number;
  from_version?: number | null;
};

export type RingGroupSettings = {
  name: string;
  extension?: string | null;
  extensions: string[];
  strategy?: "all" | "in_order" | "by_turns";
  follow_forwards?: boolean;
  ring_timeout_s?: number;
  fallback: Destination;
};

export type RingGroupSettingsPage = {
  items: RingGroupSettingsPart[];
  next_cursor: string | null;
  total: number;
};

export type RingGroupSettingsPart = {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: RingGroupSettings;
};

export type RoleRightsSettings = {
  name: string;
  title?: string;
  based_on?: "administrator" | "supervisor" | "agent";
  permissions?: Record<string, unknown>;
};

export type RoleRightsSettingsPage = {
  items: RoleRightsSettingsPart[];
  next_cursor: string | null;
  total: number;
};

export type RoleRightsSettingsPart = {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: RoleRightsSettings;
};

export type RoomSettings = {
  extension: string;
  name?: string;
  pin?: string;
  moderator_pin?: string;
  max_members?: number;
  tones?: boolean;
  record?: boolean;
};

export type RoomSettingsPage = {
  items: RoomSettingsPart[];
  next_cursor: string | null;
  total: number;
};

export type RoomSettingsPart = {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: RoomSettings;
};

export type Rule = {
  id: string;
  number: string;
  action: string;
  note: string;
  scope: string;
  expires_at: string | null;
  created_at: string;
  created_by: string | null;
};

export type RuleOutcome = {
  kind: string;
  to: string | null;
  title: string;
  text: string;
};

export type RuleTrial = {
  at: string | null;
  call_id: string | null;
  number: string | null;
  name: string | null;
  would_act: boolean;
  holds: boolean[];
  outcomes: RuleOutcome[];
};

export type Rules = {
  items: Rule[];
  next_cursor: string | null;
};

export type Said = {
  at_s: number;
  text: string;
  language: string;
};

export type SecondFactorState = {
  is_on: boolean;
  recovery_left: number;
};

export type Secret = {
  secret: string;
};

export type Security = {
  never_banned?: string[];
  tls_only?: boolean;
  srtp_only?: boolean;
};

export type Serves = {
  queues: string[];
};

export type Session = {
  token: string;
  expires_at: string;
};

export type SetPassword = {
  password?: string | null;
};

export type Setup = {
  company: boolean;
  administrator: boolean;
  number: boolean;
  colleague: boolean;
  device: boolean;
  test_call: boolean;
};

export type SignIn = {
  login: string;
  password: string;
  code?: string;
};

export type SipCredentials = {
  uri: string;
  username: string;
  password: string;
  expires_at: string;
  ice_servers: IceServer[];
};

export type SipMessage = {
  at: string;
  direction: "in" | "out";
  transport: string;
  local: string;
  remote: string;
  summary: string;
  text: string;
};

export type SipTrace = {
  items: SipMessage[];
};

export type Sound = Record<string, unknown>;

export type Speak = {
  text: string;
  language: "es" | "en";
};

export type SpeedDial = {
  number: number;
  title?: string;
  to: string;
};

export type Spending = {
  calls_per_hour?: number | null;
  minutes_per_hour?: number | null;
};

export type Started = {
  call_id: string | null;
};

export type Subscribe = {
  endpoint: string;
  keys: PushKeys;
  language?: "es" | "en";
};

export type Subscribed = {
  id: string;
  service: string;
  language: "es" | "en";
  created_at: string;
  is_this: boolean;
};

export type Supervise = {
  mode: "listen" | "whisper" | "barge";
};

export type SwitchSettings = {
  name: string;
  number: number;
  title?: string;
};

export type SwitchSettingsPage = {
  items: SwitchSettingsPart[];
  next_cursor: string | null;
  total: number;
};

export type SwitchSettingsPart = {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: SwitchSettings;
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

export type Telephone = {
  username: string;
  password: string;
  domain: string;
  server: string;
  port: number;
  transport: string;
  provisioning_url: string;
  expires_at: string;
  devices: DeviceAddress[];
};

export type ToContact = {
  name?: string | null;
  company?: string | null;
};

export type ToDeal = {
  title: string;
  amount?: number | null;
  currency?: string | null;
};

export type ToErase = {
  number?: string | null;
  contact_id?: string | null;
  voicemails?: boolean;
  preview?: boolean;
};

export type ToOriginate = {
  to: string;
  device?: "any" | "browser" | "telephone";
};

export type Today = {
  offered: number;
  answered: number;
  abandoned: number;
};

export type Token = {
  id: string;
  name: string;
  login: string;
  is_read_only: boolean;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
};

export type TokenMade = {
  id: string;
  name: string;
  login: string;
  is_read_only: boolean;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  token: string;
};

export type Tokens = {
  items: Token[];
  next_cursor: string | null;
};

export type TollGuard = {
  classes?: Record<string, unknown>;
  everyday?: ("national" | "mobile" | "shared_cost" | "premium" | "international" | "satellite")[];
  countries?: (string | "*")[];
  closed_prefixes?: string[] | null;
  open_prefixes?: string[];
  per_extension?: Spending;
  per_trunk?: Spending;
  alarm_at?: number;
  alarm_international_calls?: number;
};

export type Transfer = {
  to: string;
  mode?: "blind" | "attended";
};

export type Trial = {
  name: string;
  text: string;
  caller?: string | null;
  language?: string;
  at?: string | null;
  night?: string[];
  answering?: string[];
  steps?: TrialStep[];
};

export type TrialStep = {
  presses?: string | null;
  says?: string | null;
  waits?: number | null;
};

export type Tried = {
  heard: Said[];
  been: Way[];
  menu: string;
  node: string;
  arrived: string | null;
  seconds: number;
  trouble: string | null;
};

export type TriedRule = {
  on: "call.answered" | "call.missed" | "call.ended" | "lead.created" | "voicemail.ready";
  conditions?: Condition[];
  actions?: Action[];
};

export type Trunk = {
  name: string;
  registered: boolean | null;
  alive: boolean | null;
  fault: string;
};

export type TrunkPassword = {
  password: string;
};

export type TrunkSettings = {
  name: string;
  host: string;
  port?: number;
  transport?: "auto" | "udp" | "tcp" | "tls";
  group?: string | "";
  weight?: number;
  respond_s?: number;
  username?: string;
  known_addresses?: string[];
  tls_name?: string;
  media_networks?: string[];
  digits?: "auto" | "info";
  codecs?: ("PCMA" | "PCMU" | "G722" | "opus")[];
  early_media?: boolean;
  from_user?: "number" | "username";
  from_domain?: string;
  identity?: "asserted" | "remote_party" | "both" | "none";
  caller_format?: "e164" | "digits";
  forwarded_calls_show?: "company" | "caller";
  caller_id: string;
  shows?: string[];
  max_calls?: number;
  max_calls_per_s?: number | null;
  register_s?: number;
  check_s?: number;
  number_format?: "e164" | "digits" | "national";
};

export type TrunkSettingsPage = {
  items: TrunkSettingsPart[];
  next_cursor: string | null;
  total: number;
};

export type TrunkSettingsPart = {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: TrunkSettings;
};

export type TrunkTest = {
  address: string | null;
  status: number | null;
  reason: string;
  took_ms: number | null;
  fault: string;
  cause?: "" | "address" | "unreachable" | "silent" | "busy" | "password" | "stranger" | "registration";
};

export type Turn = {
  on: boolean;
};

export type Unwanted = {
  number: string;
  note: string;
  created_at: string;
  created_by: string | null;
};

export type UnwantedNumbers = {
  items: Unwanted[];
  next_cursor: string | null;
};

export type Versions = {
  items: OldVersion[];
  next_cursor: string | null;
};

export type Voicemail = {
  id: string;
  box: string;
  call_id: string | null;
  caller_number: string | null;
  caller_name: string | null;
  contact_id: string | null;
  state: "recording" | "finishing" | "ready" | "failed";
  received_at: string;
  duration_s: number;
  is_read: boolean;
  transcript: string | null;
};

export type VoicemailBoxSettings = {
  box: string;
  title?: string;
  shared_with?: string[];
  greeting?: {
    [field: string]: string;
  };
  night_greeting?: {
    [field: string]: string;
  };
  hours?: OpeningHours | null;
  night_switch?: string | null;
  mail_to?: string[];
  max_messages?: number;
  keep_days?: number | null;
};

export type VoicemailBoxSettingsPage = {
  items: VoicemailBoxSettingsPart[];
  next_cursor: string | null;
  total: number;
};

export type VoicemailBoxSettingsPart = {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: VoicemailBoxSettings;
};

export type Voicemails = {
  items: Voicemail[];
  next_cursor: string | null;
};

export type WaitingCaller = {
  call_id: string;
  kind: "call" | "callback";
  position: number;
  wait_s: number;
  priority: number;
  ringing: string[];
};

export type Wanted = {
  state: "running" | "paused" | "stopped";
};

export type Way = {
  menu: string;
  node: string;
};

export type WebhookSettings = {
  name: string;
  url: string;
  events?: string[];
  is_active?: boolean;
};

export type WebhookSettingsPage = {
  items: WebhookSettingsPart[];
  next_cursor: string | null;
  total: number;
};

export type WebhookSettingsPart = {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: WebhookSettings;
};

export type config__queueing__Disposition = {
  code: string;
  title: {
    [field: string]: string;
  };
  needs_note?: boolean;
};

export type web__api__resources__campaigns__ContactTable = Record<string, unknown>;

export type web__api__resources__contact_tables__ContactTable = Record<string, unknown>;

export type web__api__resources__dispositions__Disposition = {
  call_id: string;
  queue: string;
  code: string;
  note: string | null;
  author: string;
  at: string;
};
