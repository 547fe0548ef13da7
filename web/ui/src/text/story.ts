/** The events of a call as sentences: what happened, in the words of the one who reads. */

import type { CallEvent } from "../api/types";
import { clock, phone } from "./format";
import type { Say } from "./language";
import type { Word } from "./words";

export interface Names {
  person: (login: string) => string;
  queue: (name: string) => string;
}

/** How a moment of the story is drawn. */
export type Tone = "start" | "menu" | "wait" | "ring" | "talk" | "problem" | "note" | "end";

export interface Moment {
  id: string;
  at: string;
  tone: Tone;
  text: string;
}

type Sentence = { tone: Tone; text: string } | null;
type Teller = (event: CallEvent, words: Words) => Sentence;

/** Everything that people should know of; the rest (devices, spool files) is not their concern. */
export function story(events: CallEvent[], t: Say, names: Names): Moment[] {
  const words = new Words(t, names);
  return [...events]
    .sort((one, other) => one.at.localeCompare(other.at) || one.id.localeCompare(other.id))
    .flatMap(event => {
      const sentence = TELLERS[event.type]?.(event, words) ?? null;
      return sentence === null ? [] : [{ id: event.id, at: event.at, ...sentence }];
    });
}

class Words {
  constructor(
    readonly t: Say,
    private readonly names: Names,
  ) {}

  /** Who did it: a colleague's name, else the number, else somebody. */
  who(event: CallEvent, field = "login"): string {
    const login = event[field];
    if (typeof login === "string") return this.party(login);
    return typeof event["extension"] === "string" ? this.party(event["extension"]) : this.t("somebody");
  }

  party(written: string): string {
    return written.startsWith("+") ? phone(written).text : this.names.person(written);
  }

  number(event: CallEvent, field: string): string {
    const value = event[field];
    return typeof value === "string" ? phone(value).text : this.t("withheld");
  }

  queue(event: CallEvent): string {
    return this.names.queue(String(event["queue"]));
  }

  /** "queue:sales" → "the queue Ventas". */
  place(to: string): string {
    const [kind = "", name = ""] = to.split(":");
    const word = PLACES[kind];
    if (word === undefined) return this.party(name || kind);
    return this.t(word, { name: kind === "queue" ? this.names.queue(name) : name });
  }
}

const PLACES: Record<string, Word> = {
  queue: "toQueue",
  voicemail: "toVoicemail",
  person: "toExtension",
  extension: "toExtension",
  ring_group: "toRingGroup",
  menu: "toMenu",
  room: "toRoom",
  conference: "toRoom",
  callback: "toCallback",
};

const CHOICES: Record<string, Word> = {
  option: "sMenuPressed",
  extension: "sMenuExtension",
  wrong: "sMenuWrong",
  none: "sMenuNothing",
};
const DEPARTURES: Record<string, Word> = {
  answered: "sQueueAnswered",
  abandoned: "sQueueAbandoned",
  overflow: "sQueueOverflow",
  callback: "sQueueCallback",
  transferred: "sQueueTransferred",
};
const REFUSALS: Record<string, Word> = {
  no_answer: "sNoAnswer",
  busy: "sBusy",
  declined: "sDeclined",
  unreachable: "sUnreachable",
  elsewhere: "sElsewhere",
};
const ANSWERS: Record<string, Word> = { voicemail: "sAnsweredVoicemail", room: "sAnsweredRoom", echo: "sAnsweredEcho" };
const MODES: Record<string, Word> = { listen: "sListened", whisper: "sWhispered", barge: "sBarged" };
const SOUNDS: Record<string, [Word, Tone]> = {
  good: ["sSoundGood", "note"],
  fair: ["sSoundFair", "note"],
  poor: ["sSoundPoor", "problem"],
};
const FAILURES: Record<number, Word> = {
  404: "sipNotFound",
  408: "sipNoAnswer",
  480: "sipUnreachable",
  486: "sipBusy",
  487: "sipNoAnswer",
  600: "sipBusy",
  603: "sipDeclined",
};

const say =
  (tone: Tone, word: Word, blanks?: (event: CallEvent, words: Words) => Record<string, string | number>): Teller =>
  (event, words) => ({ tone, text: words.t(word, blanks?.(event, words)) });
const by = (event: CallEvent, words: Words) => ({ who: words.who(event, "by") });

const TELLERS: Record<string, Teller> = {
  "call.started": (event, words) => ({
    tone: "start",
    text: words.t(event["direction"] === "inbound" ? "sStartedInbound" : "sStartedOutbound", {
      who: typeof event["login"] === "string" ? words.who(event) : words.number(event, "caller_number"),
      dialled: words.number(event, "dialled"),
    }),
  }),
  "call.identified": (event, words) => ({
    tone: "note",
    text: words.t(event["company"] ? "sIdentifiedOf" : "sIdentified", {
      name: String(event["name"]),
      company: String(event["company"]),
    }),
  }),
  "menu.entered": say("menu", "sMenuEntered", event => ({ menu: String(event["menu"]) })),
  "menu.choice": (event, words) => {
    const outcome = String(event["outcome"]);
    const text = words.t(CHOICES[outcome] ?? "sMenuPressed", { keys: String(event["keys"]) });
    return { tone: outcome === "wrong" || outcome === "none" ? "problem" : "menu", text };
  },
  "menu.left": (event, words) => {
    const to = String(event["to"]);
    if (to === "abandoned") return null;
    return {
      tone: "menu",
      text: to.startsWith("hang") ? words.t("sMenuHangup") : words.t("sMenuLeft", { to: words.place(to) }),
    };
  },
  "queue.joined": say("wait", "sQueueJoined", (event, words) => ({
    queue: words.queue(event),
    position: Number(event["position"]),
  })),
  "queue.left": (event, words) => {
    const cause = String(event["cause"]);
    const text = words.t(DEPARTURES[cause] ?? "sQueueTransferred", {
      queue: words.queue(event),
      wait: clock(Number(event["wait_s"])),
    });
    return { tone: cause === "abandoned" || cause === "overflow" ? "problem" : "wait", text };
  },
  screen_pop: (event, words) => {
    const logins = Array.isArray(event["logins"]) ? event["logins"].map(login => words.party(String(login))) : [];
    return logins.length === 0 ? null : { tone: "note", text: words.t("sScreenPop", { who: logins.join(", ") }) };
  },
  "call.woken": say("ring", "sWoken", (event, words) => ({ who: words.who(event) })),
  "call.ringing": say("ring", "sRinging", (event, words) => ({ who: words.who(event) })),
  "call.not_answered": (event, words) => {
    const word = REFUSALS[String(event["cause"])];
    if (word === undefined) return null;
    const text = words.t(word, { who: words.who(event), seconds: Math.round(Number(event["ring_s"])) });
    return { tone: event["cause"] === "elsewhere" ? "ring" : "problem", text };
  },
  "call.answered": (event, words) => {
    const word = ANSWERS[String(event["kind"])];
    return { tone: "talk", text: word === undefined ? words.t("sAnswered", { who: words.who(event) }) : words.t(word) };
  },
  "call.held": say("wait", "sHeld", by),
  "call.resumed": say("talk", "sResumed", by),
  "call.transferred": say("talk", "sTransferred", (event, words) => ({
    ...by(event, words),
    to: words.place(String(event["to"])),
  })),
  "call.transfer_failed": (event, words) => {
    const status = Number(event["status"]);
    const why = words.t(FAILURES[status] ?? "sipOther", { status });
    return { tone: "problem", text: words.t("sTransferFailed", { to: words.place(String(event["to"])), why }) };
  },
  "call.forwarded": say("ring", "sForwarded", (event, words) => ({
    who: words.who(event, "by"),
    to: words.party(String(event["to"])),
  })),
  "call.parked": say("wait", "sParked", event => ({ slot: Number(event["slot"]) })),
  "call.retrieved": say("talk", "sRetrieved", event => ({ slot: Number(event["slot"]) })),
  "call.picked_up": say("talk", "sPickedUp", by),
  "call.rated": say("note", "sRated", event => ({ rating: Number(event["rating"]) })),
  "call.blocked": say("problem", "sBlocked", event => ({ rule: String(event["rule"]) })),
  "call.joined": (event, words) => ({ tone: "note", text: words.t("sJoined", { name: words.who(event, "by") }) }),
  "call.taken_over": (event, words) => ({
    tone: "talk",
    text: words.t("sTakenOver", { name: words.who(event, "by") }),
  }),
  "call.sound": (event, words) => {
    const [word, tone] = SOUNDS[String(event["grade"])] ?? [];
    if (word === undefined || tone === undefined) return null;
    const who = typeof event["login"] === "string" ? words.who(event) : words.number(event, "number");
    const scores = [event["mos"], event["mos_sent"]].filter(score => typeof score === "number");
    const loss = Math.max(Number(event["loss"]), Number(event["loss_sent"] ?? 0));
    return { tone, text: words.t(word, { who, mos: Math.min(...scores).toFixed(1), loss: Math.round(loss * 100) }) };
  },
  "call.disposed": (event, words) => ({
    tone: "note",
    text: words.t("sDisposed", { name: words.who(event, "by"), code: String(event["note"] ?? event["code"]) }),
  }),
  "call.supervised": (event, words) => {
    const word = MODES[String(event["mode"])];
    return word === undefined ? null : { tone: "note", text: words.t(word, by(event, words)) };
  },
  "recording.started": (event, words) => ({
    tone: "note",
    text: words.t(event["rule"] ? "sRecordingByRule" : "sRecordingStarted", { rule: String(event["rule"]) }),
  }),
  "recording.skipped": (event, words) => ({
    tone: "note",
    text: words.t(
      event["cause"] === "no_notice" ? "sNotRecordedUntold" : event["rule"] ? "sNotRecordedByRule" : "sNotRecorded",
      { rule: String(event["rule"]) },
    ),
  }),
  "recording.paused": (event, words) => ({
    tone: "note",
    text: words.t(event["cause"] === "digits" ? "sRecordingPausedDigits" : "sRecordingPaused"),
  }),
  "recording.resumed": say("note", "sRecordingResumed"),
  "voicemail.recorded": say("talk", "sVoicemail", event => ({
    seconds: Math.round(Number(event["duration_s"])),
    box: String(event["box"]),
  })),
  "callback.requested": say("wait", "sCallback", (event, words) => ({ number: words.number(event, "number") })),
  "lead.created": (event, words) => ({ tone: "note", text: words.t(event["repeat"] ? "sLeadRepeat" : "sLead") }),
  "activity.logged": say("note", "sFiled"),
  "call.ended": (event, words) => {
    const ender = String(event["ended_by"]);
    return {
      tone: "end",
      text:
        ender === "caller" || ender === "callee" ? words.t("sEnded", { who: words.t(ender) }) : words.t("sEndedSystem"),
    };
  },
};
