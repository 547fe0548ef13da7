/** What can be seen of this browser's telephone: whether it is one, its calls, and what is in its way. */

import type { CallEnd, CallState, PhoneCall } from "../phone/call";
import type { PhoneState } from "../phone/phone";
import type { StandIns } from "./deviceWatch";
import type { Settings } from "./settings";

/** `insecure`: browsers give no microphone to a page without HTTPS; `denied`: the person said no; `missing`: there is none. */
export type Trouble = "insecure" | "denied" | "missing";

export interface Line {
  id: number;
  call: PhoneCall;
  direction: "in" | "out";
  number: string;
  name: string;
  state: CallState;
  end: CallEnd | null;
  isOnHold: boolean;
  isHeld: boolean;
  isMuted: boolean;
  answeredAt: number | null;
}

export interface Picture {
  settings: Settings;
  /** Whether this tab is the telephone. */
  place: "nowhere" | "here" | "elsewhere";
  state: PhoneState;
  trouble: Trouble | null;
  lines: Line[];
  /** The line that the controls act on. */
  current: number | null;
  /** Devices that were pulled out during a call. */
  standIns: StandIns;
}
