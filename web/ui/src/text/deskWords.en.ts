/** Words of the agent's desk and the supervisor's wall. */

import type { deskEs } from "./deskWords.es";

export const deskEn: Record<keyof typeof deskEs, string> = {
  park: "Park",
  parked: "Parked in slot {slot}. Dial *70{slot} to fetch it.",
  redial: "Call {number} again",
  pickUp: "Pick up the call for {name}",
  pickUpAny: "Pick up a call that rings",
  bringIn: "Bring in",
  inConference: "Three-way call",
  levels: "Level of the microphone and of what is heard",
  headsetKeys: "Use the headset's keys",
  headsetConnected: "Keys of {name} connected",
  headsetRefused: "The keys of this headset could not be used.",
  keyPark: "Park the call",
  keyTransfer: "Transfer",
  keyHangUp: "Hang up",
  keyRecord: "Pause or go on recording",
  keySwap: "Swap calls",
  phoneTakeOverHint: "Calls in the other tab go on in this one.",
};
