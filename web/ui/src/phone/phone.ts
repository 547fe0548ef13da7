/**
 * The page's telephone: our own small interface, with JsSIP behind it.
 *
 * A `Phone` registers over this server's WebSocket with credentials made for this session, keeps itself registered, and
 * holds any number of `PhoneCall`s. Nothing else in the page knows JsSIP, SIP or WebRTC.
 */

import type { RTCSessionEvent, UA } from "jssip/lib/UA";
import type { RTCSession } from "jssip/lib/RTCSession";
import { ApiError, post } from "../api/client";
import type { SipCredentials } from "../api/schema";
import { serverNow } from "../live/serverClock";
import { PhoneCall, type Dialog, type Resumed } from "./call";
import type { Connection } from "./connection";
import { Watch } from "./watch";

/**
 * `off`: not started; `connecting`: no connection, or not registered yet; `ready`: calls come and go;
 * `refused`: the server does not let this person in; `signed_out`: the session is over.
 */
export type PhoneState = "off" | "connecting" | "ready" | "refused" | "signed_out";

export interface PhoneEvents {
  /** The phone's state has changed. */
  state: (state: PhoneState) => void;
  /** Somebody calls. */
  incoming: (call: PhoneCall) => void;
  /** Anything about a call has changed, its end included. */
  change: (call: PhoneCall) => void;
  /** The person has another address from now on: this telephone is to be replaced by a new one, which takes up its calls. */
  moved: () => void;
  /** The microphone of a call is gone. */
  microphoneLost: (call: PhoneCall) => void;
}

const REGISTER_S = 300;
const REGISTER_AGAIN_MS = 120_000;
const RENEW_BEFORE_S = 300;
const RETRY_MS = 5_000;
const RETIRE_MS = 6_000;
const SIGNED_OUT = 4401;

type Listeners = { [Name in keyof PhoneEvents]: Set<PhoneEvents[Name]> };

export class Phone {
  readonly calls = new Set<PhoneCall>();
  state: PhoneState = "off";
  /** What `getUserMedia` is asked for; asked again for each call. */
  microphone: () => MediaTrackConstraints = () => ({});
  private agent: UA | null = null;
  private iceServers: RTCIceServer[] = [];
  private timer: number | undefined;
  private registeredAt = 0;
  private uri = "";
  private connection: Connection | null = null;
  private readonly watch: Watch;
  private readonly listeners: Listeners = {
    state: new Set(),
    incoming: new Set(),
    change: new Set(),
    moved: new Set(),
    microphoneLost: new Set(),
  };

  /** `makeWorker`: time that goes by also in a page that nobody looks at (`phone/watch`). */
  constructor(makeWorker: (() => Worker) | null = null) {
    this.watch = new Watch({ beat: () => this.beat(), woken: () => this.connection?.check() }, makeWorker);
  }

  /** Be told; the answer stops it. */
  on<Name extends keyof PhoneEvents>(name: Name, listener: PhoneEvents[Name]): () => void {
    this.listeners[name].add(listener);
    return () => this.listeners[name].delete(listener);
  }

  /** Connect and register; comes back when the server has given credentials. Throws ApiError. */
  async start(): Promise<void> {
    if (this.agent) return;
    this.become("connecting");
    let given: SipCredentials;
    try {
      given = await this.credentials();
    } catch (error) {
      this.become(error instanceof ApiError && error.status === 401 ? "signed_out" : "off");
      throw error;
    }
    this.uri = given.uri;
    const [{ UA }, { Connection }] = await Promise.all([import("jssip"), import("./connection")]);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.connection = new Connection(`${scheme}://${location.host}/api/v1/sip`);
    const agent = new UA({
      sockets: [this.connection],
      uri: given.uri,
      authorization_user: given.username,
      password: given.password,
      register: true,
      register_expires: REGISTER_S,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 4,
      user_agent: "Centralita page",
    });
    this.agent = agent;
    agent.on("registered", () => {
      this.registeredAt = Date.now();
      this.become("ready");
    });
    agent.on("unregistered", () => this.become("connecting"));
    agent.on("registrationFailed", () => this.registerAgain());
    agent.on("disconnected", ({ code }) => this.disconnected(code));
    agent.on("newRTCSession", ({ originator, session }: RTCSessionEvent) => {
      if (originator === "remote") this.incoming(session);
    });
    agent.start();
    this.watch.start();
  }

  /** Hang up, unregister, disconnect. */
  stop(): void {
    clearTimeout(this.timer);
    this.watch.stop();
    for (const call of this.calls) call.hangUp();
    this.agent?.stop();
    this.agent = null;
    this.become("off");
  }

  /** Call a number, an extension or a code. Throws when the phone is not started. */
  call(to: string): PhoneCall {
    if (!this.agent) throw new Error("the phone is off");
    const session = this.agent.call(to, this.media());
    return this.take(session, "out", to);
  }

  /** Go on with a call that talks already: this page had it before it was loaded anew, or another page of ours has it. */
  resume(dialog: Dialog, known: Resumed): PhoneCall {
    if (!this.agent) throw new Error("the phone is off");
    const replaces = `Replaces: ${dialog.call_id};to-tag=${dialog.to_tag};from-tag=${dialog.from_tag}`;
    const session = this.agent.call(known.number, { ...this.media(), extraHeaders: [replaces] });
    return this.take(session, known.direction, known.number, known);
  }

  /** Something has happened that the server has told by another way: is the connection still there? */
  check(): void {
    this.connection?.check();
  }

  /** Be rung no more, and leave the calls to the page that takes them up; what is left after a while ends. */
  retire(): void {
    this.agent?.unregister();
    window.setTimeout(() => this.stop(), RETIRE_MS);
  }

  private incoming(session: RTCSession): void {
    const call = this.take(session, "in", session.remote_identity.uri.user);
    for (const listener of this.listeners.incoming) listener(call);
  }

  private take(
    session: RTCSession,
    direction: "in" | "out",
    number: string,
    resumed: Resumed | null = null,
  ): PhoneCall {
    const call = new PhoneCall(session, direction, number, resumed, {
      media: () => this.media(),
      canRepair: () => this.state === "ready",
      changed: () => this.changed(call),
      microphoneLost: () => this.listeners.microphoneLost.forEach(listener => listener(call)),
    });
    this.calls.add(call);
    return call;
  }

  private beat(): void {
    this.connection?.beat();
    if (this.state === "ready" && Date.now() - this.registeredAt > REGISTER_AGAIN_MS) this.agent?.register();
  }

  private changed(call: PhoneCall): void {
    if (call.state === "ended") this.calls.delete(call);
    for (const listener of this.listeners.change) listener(call);
  }

  private media() {
    return {
      mediaConstraints: { audio: this.microphone() as unknown as boolean, video: false },
      pcConfig: { iceServers: this.iceServers, bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" } as const,
    };
  }

  /** New credentials, and more of them before these expire: each registration and each call is proved by them. */
  private async credentials(): Promise<SipCredentials> {
    const given = await post<SipCredentials>("/session/sip");
    this.iceServers = given.ice_servers.map(({ urls, username, credential }) => ({
      urls,
      ...(username ? { username } : {}),
      ...(credential ? { credential } : {}),
    }));
    const left_s = (Date.parse(given.expires_at) - serverNow()) / 1000 - RENEW_BEFORE_S;
    this.later(() => this.renew(), Math.max(60, left_s) * 1000);
    return given;
  }

  private async renew(): Promise<boolean> {
    try {
      const given = await this.credentials();
      if (given.uri !== this.uri) {
        for (const listener of this.listeners.moved) listener();
        return false;
      }
      this.agent?.set("authorization_user", given.username);
      this.agent?.set("password", given.password);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.become("signed_out");
      else this.later(() => this.renew(), RETRY_MS);
      return false;
    }
  }

  /** The exchange has forgotten our credentials (it was restarted, or they have expired): ask for others. */
  private registerAgain(): void {
    if (this.state === "signed_out" || !this.agent) return;
    this.become("refused");
    this.later(async () => {
      if (this.agent?.isConnected() && (await this.renew())) this.agent?.register();
    }, 1_000);
  }

  private disconnected(code: number | undefined): void {
    // Who was being called here is called elsewhere by now.
    for (const call of this.calls) if (call.direction === "in" && call.state !== "talking") call.hangUp();
    if (code === SIGNED_OUT) {
      this.agent?.stop();
      this.agent = null;
      this.become("signed_out");
    } else if (this.state !== "off") {
      this.become("connecting");
    }
  }

  private later(what: () => unknown, ms: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(what, ms);
  }

  private become(state: PhoneState): void {
    if (state === this.state) return;
    this.state = state;
    for (const listener of this.listeners.state) listener(state);
  }
}
