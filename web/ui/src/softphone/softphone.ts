/**
 * This browser as a telephone: turned on once by the person, in one tab at a time, with any number of calls.
 *
 * A store for `useSyncExternalStore`: `look()` gives an unchanging picture of everything, `subscribe` tells when it is
 * another one. The telephone itself (`phone/phone`) is loaded when it is first needed.
 */

import type { PhoneCall } from "../phone/call";
import type { Phone, PhoneState } from "../phone/phone";
import { DeviceWatch, NO_STAND_INS } from "./deviceWatch";
import { Headset, takeMediaKeys, type HeadsetKeys } from "./headset";
import { forget, keep, keptOf, type Kept } from "./kept";
import { sameNumber } from "./matching";
import { Leader } from "./leader";
import type { Line, Picture } from "./picture";
import { onSettings, readSettings, writeSettings, type Settings } from "./settings";
import { Sounds, type Tune } from "./sounds";

const RETRY_MS = 5_000;
const ENDED_MS = 4_000;
const KEEP_MS = 5_000;
const EXPECTED_MS = 10_000;
const RESUME_TRIES = 4;
const RESUME_AGAIN_MS = 1_500;

export class Softphone {
  readonly sounds = new Sounds();
  private readonly keys: HeadsetKeys = { hook: () => this.pressHook(), mute: () => this.pressMute() };
  readonly headset = new Headset(this.keys);
  private expected = { number: null as string | null, until: 0 };
  private picture: Picture = {
    settings: readSettings(),
    place: "nowhere",
    state: "off",
    trouble: null,
    lines: [],
    current: null,
    standIns: NO_STAND_INS,
  };
  private readonly listeners = new Set<() => void>();
  private readonly ids = new Map<PhoneCall, number>();
  private readonly resumed = new WeakMap<PhoneCall, { kept: Kept; tries: number }>();
  private readonly leader = new Leader({ taken: () => void this.begin(), elsewhere: () => this.end("elsewhere") });
  private readonly devices = new DeviceWatch({
    calls: () => this.picture.lines.filter(({ state }) => state !== "ended").map(({ call }) => call),
    settings: () => this.picture.settings,
    changed: standIns => this.show({ standIns }),
  });
  private phone: Phone | null = null;
  private timer: number | undefined;
  private keeping: number | undefined;
  private login = "";
  private next = 1;

  readonly look = (): Picture => this.picture;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Somebody is signed in: be the telephone if this browser is to be one. The answer ends it. */
  attend(login: string): () => void {
    this.login = login;
    const follow = () => {
      this.show({ settings: readSettings() });
      if (this.picture.settings.on) void this.enter();
      else this.leave();
    };
    follow();
    const stop = onSettings(follow);
    // A call was pushed because the server has lost sight of this page.
    const pushed = () => this.phone?.check();
    navigator.serviceWorker?.addEventListener("message", pushed);
    return () => {
      navigator.serviceWorker?.removeEventListener("message", pushed);
      stop();
      this.leave();
    };
  }

  /** From a click: ask for the microphone, remember it, become the telephone. */
  async turnOn(): Promise<void> {
    this.sounds.unlock();
    if (!(await this.mayListen())) return;
    if ("Notification" in window && Notification.permission === "default") void Notification.requestPermission();
    this.change({ on: true });
    this.leader.queue();
  }

  turnOff(): void {
    this.change({ on: false });
    this.leave();
  }

  /** Be the telephone in this tab; calls in the other one end. */
  takeOver(): void {
    this.leader.steal();
  }

  change(part: Partial<Settings>): void {
    const settings = { ...this.picture.settings, ...part };
    writeSettings(settings);
    this.show({ settings });
    if (this.phone) this.devices.look();
  }

  /** Whether a number can be called from here. */
  get canCall(): boolean {
    return this.phone !== null && this.picture.state === "ready";
  }

  /** What `getUserMedia` is to be asked for: the chosen microphone, or the one of this id. */
  microphone(id = this.picture.settings.microphone): MediaTrackConstraints {
    return this.devices.wanted({ ...this.picture.settings, microphone: id });
  }

  /** Call; what is being said waits on hold meanwhile. */
  call(to: string): void {
    const { phone } = this;
    this.holdOthers(null);
    void this.devices.refresh().then(() => phone && phone === this.phone && this.take(phone.call(to)));
  }

  /** The server is about to ring here because of what the person has just clicked: that call needs no second click. */
  expect(number: string | null): void {
    this.expected = { number, until: Date.now() + EXPECTED_MS };
  }

  answer(id: number): void {
    this.holdOthers(id);
    this.line(id)?.call.answer();
    this.show({ current: id });
  }

  hangUp(id: number): void {
    this.line(id)?.call.hangUp();
  }

  /** Speak on this line; the others wait on hold. */
  speakOn(id: number): void {
    this.holdOthers(id);
    const line = this.line(id);
    if (line?.isOnHold) line.call.hold(false);
    this.show({ current: id });
    this.keep();
  }

  private pressHook(): void {
    const { lines, current } = this.picture;
    const calling = lines.find(({ direction, state }) => direction === "in" && state === "ringing");
    if (calling) this.answer(calling.id);
    else if (current !== null) this.hangUp(current);
  }

  private pressMute(): void {
    const line = this.picture.lines.find(({ id, state }) => id === this.picture.current && state === "talking");
    line?.call.mute(!line.isMuted);
  }

  private line(id: number): Line | undefined {
    return this.picture.lines.find(line => line.id === id);
  }

  private holdOthers(id: number | null): void {
    for (const line of this.picture.lines) {
      if (line.id !== id && line.state === "talking" && !line.isOnHold) line.call.hold(true);
    }
  }

  private async enter(): Promise<void> {
    if (this.picture.place !== "nowhere") return;
    const given = await navigator.permissions?.query({ name: "microphone" as PermissionName }).catch(() => null);
    if (!window.isSecureContext || given?.state === "denied")
      this.show({ trouble: window.isSecureContext ? "denied" : "insecure" });
    else if (this.picture.settings.on) this.leader.queue();
  }

  private leave(): void {
    this.leader.leave();
    this.end("nowhere");
  }

  private async mayListen(): Promise<boolean> {
    if (!window.isSecureContext || !navigator.mediaDevices) {
      this.show({ trouble: "insecure" });
      return false;
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: this.microphone() });
      for (const track of stream.getTracks()) track.stop();
      this.show({ trouble: null });
      return true;
    } catch (error) {
      this.show({ trouble: error instanceof DOMException && error.name === "NotAllowedError" ? "denied" : "missing" });
      return false;
    }
  }

  private async begin(): Promise<void> {
    this.show({ place: "here", trouble: null });
    const loaded = await import("../phone/phone").catch(() => null);
    if (this.picture.place !== "here" || this.phone) return;
    if (loaded === null) {
      this.timer = window.setTimeout(() => void this.begin(), RETRY_MS);
      return;
    }
    const phone = new loaded.Phone(
      () => new Worker(new URL("../phone/beat.worker.ts", import.meta.url), { type: "module" }),
    );
    this.phone = phone;
    phone.microphone = () => this.microphone();
    phone.on("state", state => this.phone === phone && this.stateIs(state));
    phone.on("incoming", call => this.take(call));
    phone.on("change", call => this.changed(call));
    phone.on("microphoneLost", this.devices.look);
    phone.on("moved", () => {
      if (this.phone !== phone) return;
      this.end("elsewhere");
      void this.begin();
    });
    this.devices.start();
    takeMediaKeys(this.keys);
    void this.headset.find().catch(() => undefined); // a headset that another program holds: its keys stay silent
    this.keeping = window.setInterval(() => this.keep(), KEEP_MS);
    void this.start(phone);
  }

  private async start(phone: Phone): Promise<void> {
    try {
      await Promise.all([phone.start(), this.devices.refresh()]);
      if (this.phone !== phone) phone.stop();
    } catch {
      // Whatever it was is in `state`; the server may be there again in a moment.
      this.timer = window.setTimeout(
        () => this.phone === phone && phone.state !== "signed_out" && void this.start(phone),
        RETRY_MS,
      );
    }
  }

  /** Go on with the calls of the page that was here before, and with those that a lost connection has cut off. */
  private resume(phone: Phone): void {
    const have = new Set(this.picture.lines.map(({ call }) => call.lastDialog?.call_id));
    for (const kept of keptOf(this.login)) if (!have.has(kept.dialog.call_id)) this.takeUp(phone, kept, RESUME_TRIES);
  }

  private takeUp(phone: Phone, kept: Kept, tries: number): void {
    if (this.phone !== phone) return;
    const { dialog, isCurrent, ...known } = kept;
    forget(dialog.call_id);
    const call = phone.resume(dialog, known);
    this.resumed.set(call, { kept, tries });
    this.take(call, isCurrent);
  }

  /** The server keeps a call without sound for half a minute: what stood in the way may be gone until then. */
  private takeUpAgain(call: PhoneCall): void {
    const { phone } = this,
      { kept, tries } = this.resumed.get(call) ?? {};
    if (!phone || !kept || !tries || call.isOurs || call.end === "cancelled" || call.end === "hung_up") return;
    window.setTimeout(() => this.takeUp(phone, kept, tries - 1), RESUME_AGAIN_MS);
  }

  private keep(): void {
    for (const { id, call } of this.picture.lines) {
      const { dialog, direction, number, name, answeredAt, isOnHold, isMuted } = call;
      if (dialog)
        keep({
          login: this.login,
          dialog,
          direction,
          number,
          name,
          answeredAt,
          isOnHold,
          isMuted,
          isCurrent: id === this.picture.current,
          at: Date.now(),
        });
    }
  }

  private end(place: Picture["place"]): void {
    clearTimeout(this.timer);
    clearInterval(this.keeping);
    this.devices.stop();
    const phone = this.phone;
    this.phone = null;
    if (place === "elsewhere") {
      this.keep();
      phone?.retire();
    } else phone?.stop();
    this.ids.clear();
    this.show({ place, state: "off", lines: [], current: null });
  }

  private stateIs(state: PhoneState): void {
    const back = state === "ready" && this.picture.state === "connecting";
    this.show({ state });
    if (back) for (const { call } of this.picture.lines) call.repair();
    const { phone } = this;
    if (state === "ready" && phone) void this.devices.refresh().then(() => this.phone === phone && this.resume(phone));
  }

  private take(call: PhoneCall, becomesCurrent = call.direction === "out"): void {
    const id = this.next++;
    this.ids.set(call, id);
    void call.playOn(this.picture.settings.speaker).catch(() => undefined);
    const current = becomesCurrent || this.picture.current === null ? id : this.picture.current;
    this.show({ lines: [...this.picture.lines, drawn(id, call)], current });
  }

  private changed(call: PhoneCall): void {
    const id = this.ids.get(call);
    if (id === undefined) return;
    const before = this.line(id)?.state;
    const lines = this.picture.lines.map(line => (line.id === id ? drawn(id, call) : line));
    this.keep();
    // Looks once what has changed is in the picture.
    if (before !== call.state) queueMicrotask(this.devices.look);
    if (call.state !== "ended") {
      this.show({ lines });
      this.answerExpected(id, call);
      return;
    }
    this.ids.delete(call);
    if (call.lastDialog && !call.isCutOff) forget(call.lastDialog.call_id);
    this.takeUpAgain(call);
    // Why nobody was reached stays to be read for a moment; everything else is gone with the call.
    const unreached =
      call.isOurs &&
      !call.isCutOff &&
      call.direction === "out" &&
      call.answeredAt === null &&
      call.end !== "cancelled" &&
      call.end !== "hung_up";
    this.without(id, unreached ? lines : lines.filter(line => line.id !== id), unreached);
  }

  private answerExpected(id: number, call: PhoneCall): void {
    if (
      call.direction !== "in" ||
      call.state !== "ringing" ||
      Date.now() > this.expected.until ||
      !sameNumber(this.expected.number, call.number)
    )
      return;
    this.expected.until = 0;
    this.answer(id);
  }

  private without(id: number, lines: Line[], stays: boolean): void {
    const others = lines.filter(line => line.id !== id && line.state !== "ended");
    const { current } = this.picture;
    this.show({ lines, current: current !== id ? current : stays ? id : (others[0]?.id ?? null) });
    if (stays)
      window.setTimeout(
        () =>
          this.without(
            id,
            this.picture.lines.filter(line => line.id !== id),
            false,
          ),
        ENDED_MS,
      );
  }

  private show(part: Partial<Picture>): void {
    this.picture = { ...this.picture, ...part };
    const { lines } = this.picture;
    this.headset.show({
      rings: lines.some(({ direction, state }) => direction === "in" && state === "ringing"),
      talks: lines.some(({ state }) => state === "talking"),
      muted: lines.some(({ id, isMuted }) => id === this.picture.current && isMuted),
    });
    this.sounds.play(tune(this.picture.lines), this.picture.settings.ringer);
    for (const listener of this.listeners) listener();
  }
}

function drawn(id: number, call: PhoneCall): Line {
  const { direction, number, name, state, end, isOnHold, isHeld, isMuted, answeredAt } = call;
  return { id, call, direction, number, name, state, end, isOnHold, isHeld, isMuted, answeredAt };
}

/** What sounds: somebody who calls, softly while one speaks; the other side's ringing when the network does not send it. */
function tune(lines: Line[]): Tune | null {
  const talking = lines.some(line => line.state === "talking");
  if (lines.some(line => line.direction === "in" && line.state === "ringing")) return talking ? "knock" : "ring";
  const waits = lines.some(
    line => line.direction === "out" && line.state === "ringing" && line.call.sound.getTracks().length === 0,
  );
  return waits && !lines.some(line => line.state === "talking" && !line.isOnHold) ? "ringback" : null;
}

export const softphone = new Softphone();
