/** One call of the page's telephone. */

import type { DTMF_TRANSPORT } from "jssip/lib/Constants";
import type { AnswerOptions, RTCSession } from "jssip/lib/RTCSession";
import { serverNow } from "../live/serverClock";

/** `ringing`: here (`in`) or there (`out`). */
export type CallState = "connecting" | "ringing" | "talking" | "ended";

/** Why a call has ended: one of us hung up, nobody answered, they were busy, said no, no microphone, or anything else. */
export type CallEnd = "hung_up" | "cancelled" | "no_answer" | "busy" | "declined" | "no_microphone" | "failed";

const ENDS: Record<string, CallEnd> = {
  Terminated: "hung_up",
  Canceled: "cancelled",
  "No Answer": "no_answer",
  Unavailable: "no_answer",
  "Request Timeout": "no_answer",
  Busy: "busy",
  Rejected: "declined",
  "User Denied Media Access": "no_microphone",
};
const CUT_OFF = "Connection Error";
const IN_SOUND = "RFC2833" as DTMF_TRANSPORT;
const KEY_MS = 120;
const GAP_MS = 80;
const PATIENCE_MS = 1_500;
const OFFER_AGAIN_MS = 200;
const OFFERS = 50;

/** A SIP dialog as a Replaces header names it to the other side (RFC 3891): `to_tag` is theirs. */
export interface Dialog {
  call_id: string;
  to_tag: string;
  from_tag: string;
}

interface Dialogs {
  _dialog: JsSipDialog | null;
  _earlyDialogs: Record<string, JsSipDialog>;
}

interface JsSipDialog {
  id: { call_id: string; local_tag: string; remote_tag: string };
}

/** What a page that was loaded anew must know of a call that it has already. */
export interface Resumed {
  direction: "in" | "out";
  number: string;
  name: string;
  /** null: it still rings there. */
  answeredAt: number | null;
  isOnHold: boolean;
  isMuted: boolean;
}

/** What a call needs of its telephone. */
export interface Surroundings {
  media: () => AnswerOptions;
  /** Whether what the call says reaches the server. */
  canRepair: () => boolean;
  changed: () => void;
  /** The microphone is gone: pulled out, or its permission taken away. */
  microphoneLost: () => void;
}

export class PhoneCall {
  state: CallState = "connecting";
  end: CallEnd | null = null;
  /** We hold the other side. */
  isOnHold = false;
  /** The other side holds us. */
  isHeld = false;
  isMuted = false;
  /** When it was answered: milliseconds, as `serverNow()`. */
  answeredAt: number | null = null;
  /** The dialog as it was last known, also of a call that is over. */
  lastDialog: Dialog | null = null;
  /** What the other side says. */
  readonly sound = new MediaStream();
  private readonly player = new Audio();
  /** The connection went before anybody answered: it goes on over another. */
  isCutOff = false;
  private repairing: number | undefined;
  private holding = false;
  private another: MediaStreamTrack | null = null;

  constructor(
    private readonly session: RTCSession,
    readonly direction: "in" | "out",
    readonly number: string,
    private readonly resumed: Resumed | null,
    private readonly phone: Surroundings,
  ) {
    this.player.autoplay = true;
    this.player.srcObject = this.sound;
    if (session.connection) this.listen(session.connection);
    session.on("peerconnection", ({ peerconnection }) => this.listen(peerconnection));
    // The server is at one known address and finds ours by itself: no candidate needs to be waited for.
    session.on("icecandidate", ({ ready }) => ready());
    session.on("progress", () => this.become("ringing"));
    session.on("accepted", () => this.answered());
    if (resumed?.isOnHold) session.on("confirmed", () => this.hold(true));
    session.on("ended", ({ cause }) => this.over(cause));
    session.on("failed", ({ cause }) => this.over(cause));
    for (const [name, on] of [
      ["hold", true],
      ["unhold", false],
    ] as const) {
      session.on(name, ({ originator }) => {
        if (originator === "local") this.isOnHold = on;
        else this.isHeld = on;
        this.phone.changed();
      });
    }
    for (const [name, on] of [
      ["muted", true],
      ["unmuted", false],
    ] as const) {
      session.on(name, () => {
        this.isMuted = on;
        this.phone.changed();
      });
    }
  }

  /** The name that came with an incoming call, "" when none did. */
  get name(): string {
    return this.resumed?.name ?? this.session.remote_identity?.display_name ?? "";
  }

  /** The dialog of a call that talks, or rings there; null before. */
  get dialog(): Dialog | null {
    const { _dialog: settled, _earlyDialogs: early } = this.session as unknown as Dialogs;
    const id = (
      this.state === "talking"
        ? settled
        : this.state === "ringing" && this.direction === "out"
          ? Object.values(early)[0]
          : null
    )?.id;
    if (!id) return null;
    this.lastDialog = { call_id: id.call_id, to_tag: id.remote_tag, from_tag: id.local_tag };
    return this.lastDialog;
  }

  /** Whether the exchange has it as ours: not while it still has to be taken up from another page. */
  get isOurs(): boolean {
    return this.resumed === null || this.lastDialog !== null;
  }

  /** For statistics and levels; null before there is one. */
  get connection(): RTCPeerConnection | null {
    return this.session.connection ?? null;
  }

  /** The microphone that the other side hears; null before there is one. */
  get microphone(): MediaStreamTrack | null {
    return this.speaking?.track ?? null;
  }

  answer(): void {
    if (this.direction === "in" && this.state === "ringing") this.session.answer(this.phone.media());
  }

  /** Hang up, give up, or (before the answer) decline. */
  hangUp(): void {
    if (this.state !== "ended") this.session.terminate();
  }

  hold(on: boolean): void {
    this.holding = on;
    this.offer(() => this.holding !== on || this.isOnHold === on || this.session[on ? "hold" : "unhold"]());
  }

  mute(on: boolean): void {
    if (on) this.session.mute({ audio: true });
    else this.session.unmute({ audio: true });
  }

  /** Press keys: digits, `*` and `#`, in the sound itself (RFC 4733). */
  press(keys: string): void {
    this.session.sendDTMF(keys, { transportType: IN_SOUND, duration: KEY_MS, interToneGap: GAP_MS });
  }

  /** Find the way for the sound again: the network has changed. */
  repair(): void {
    clearTimeout(this.repairing);
    if (this.state === "talking" && this.phone.canRepair())
      this.offer(() => this.session.renegotiate({ rtcOfferConstraints: { iceRestart: true } }));
  }

  /** JsSIP declines to make an offer while another is under way: then it is made after that one (RFC 3261 §14.1). */
  private offer(made: () => boolean, tries = OFFERS): void {
    if (this.end === null && !made() && tries > 0) window.setTimeout(() => this.offer(made, tries - 1), OFFER_AGAIN_MS);
  }

  /** Send the other side to a number; the call ends here when they have answered there. */
  transfer(to: string): void {
    this.session.refer(to);
  }

  /** Join the other side with that of another call, after having spoken to it; both end here. */
  transferTo(other: PhoneCall): void {
    this.session.refer(other.session.remote_identity.uri.toString(), { replaces: other.session });
  }

  /** Have the output go to a chosen device; "" is the system's choice. */
  async playOn(device: string): Promise<void> {
    if ("setSinkId" in this.player && this.player.sinkId !== device) await this.player.setSinkId(device);
  }

  /** Have the other side hear another microphone, muted as this one is. The call lets go of it at its end. */
  async speakBy(track: MediaStreamTrack): Promise<void> {
    const { speaking: sender } = this;
    if (this.state === "ended" || sender === null) return track.stop();
    const before = sender.track;
    track.enabled = before?.enabled ?? true;
    await sender.replaceTrack(track);
    before?.stop();
    this.another = track;
    if (this.end === null) this.watchMicrophone();
    else track.stop();
  }

  private get speaking(): RTCRtpSender | null {
    return this.session.connection?.getSenders().find(({ track }) => track?.kind === "audio") ?? null;
  }

  private watchMicrophone(): void {
    const track = this.microphone;
    if (track?.readyState === "ended") this.phone.microphoneLost();
    else track?.addEventListener("ended", () => track === this.microphone && this.phone.microphoneLost());
  }

  private listen(connection: RTCPeerConnection): void {
    connection.addEventListener("iceconnectionstatechange", () => this.followNetwork(connection));
    connection.addEventListener("track", ({ track }) => {
      for (const old of this.sound.getTracks()) this.sound.removeTrack(old);
      this.sound.addTrack(track);
      void this.player.play().catch(() => undefined); // a page nobody has touched may not play; the next try is `answer`
    });
  }

  /** Sound that has stopped is looked for again, unless it comes back by itself. */
  private followNetwork(connection: RTCPeerConnection): void {
    const { iceConnectionState: state } = connection;
    clearTimeout(this.repairing);
    if (state === "failed") this.repair();
    else if (state === "disconnected") this.repairing = window.setTimeout(() => this.repair(), PATIENCE_MS);
  }

  private answered(): void {
    this.answeredAt = this.resumed?.answeredAt ?? serverNow();
    if (this.resumed?.isMuted) this.mute(true);
    this.watchMicrophone();
    this.become("talking");
  }

  private over(cause: string): void {
    clearTimeout(this.repairing);
    this.end = ENDS[cause] ?? "failed";
    this.isCutOff = cause === CUT_OFF && this.answeredAt === null;
    this.player.srcObject = null;
    this.another?.stop();
    this.become("ended");
  }

  private become(state: CallState): void {
    if (this.state === "ended" || (this.state === "talking" && state === "ringing")) return;
    this.state = state;
    this.phone.changed();
  }
}
