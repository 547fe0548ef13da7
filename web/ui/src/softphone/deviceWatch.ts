/**
 * Devices that are pulled out in mid-call, and plugged in again.
 *
 * A call whose microphone or speaker is gone goes on with the system's choice, and with the chosen one as soon as that is
 * back. Without any microphone it sends silence: the exchange ends a call that sends nothing.
 */

import type { PhoneCall } from "../phone/call";
import { isOpen, isThere, meant, type Device, type Kind } from "./devices";
import { constraints, type Settings } from "./settings";

/** What is gone, and what is used instead; null: there is nothing. */
export interface StandIn {
  gone: string;
  now: string | null;
}

export interface StandIns {
  microphone: StandIn | null;
  speaker: StandIn | null;
}

export const NO_STAND_INS: StandIns = { microphone: null, speaker: null };

export interface Watched {
  /** Those that are not over. */
  calls: () => PhoneCall[];
  settings: () => Settings;
  changed: (standIns: StandIns) => void;
}

/** Some systems tell a browser of a device that is gone only when it asks. */
const LOOK_MS = 1_500;

export class DeviceWatch {
  private devices: Device[] = [];
  private readonly used: Partial<Record<Kind, Device>> = {};
  private readonly silences = new WeakSet<MediaStreamTrack>();
  /** Which device each was opened for: browsers may give another one, which is then as good as it gets. */
  private readonly openedFor = new WeakMap<MediaStreamTrack, string>();
  private context: AudioContext | null = null;
  private timer: number | undefined;
  private isLooking = false;
  private lookAgain = false;
  private isStopped = false;
  private shown = NO_STAND_INS;

  constructor(private readonly watched: Watched) {}

  start(): void {
    this.isStopped = false;
    navigator.mediaDevices?.addEventListener("devicechange", this.look);
    this.look();
  }

  /** Know what is connected at this moment, as far as the browser says it. */
  async refresh(): Promise<void> {
    this.devices = (await navigator.mediaDevices?.enumerateDevices().catch(() => null)) ?? this.devices;
  }

  /** What `getUserMedia` is to be asked for. */
  wanted(settings = this.watched.settings()): MediaTrackConstraints {
    return constraints(settings, this.devices);
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    navigator.mediaDevices?.removeEventListener("devicechange", this.look);
    this.tell(NO_STAND_INS);
  }

  /** A call has begun to talk or has ended, its microphone is gone, or other devices were chosen. */
  readonly look = (): void => {
    clearTimeout(this.timer);
    this.lookAgain = true;
    if (!this.isLooking) void this.settle();
  };

  private async settle(): Promise<void> {
    this.isLooking = true;
    try {
      while (this.lookAgain) {
        this.lookAgain = false;
        await this.refresh();
        await this.once();
      }
    } finally {
      this.isLooking = false;
    }
    if (!this.isStopped && this.watched.calls().length > 0) this.timer = window.setTimeout(this.look, LOOK_MS);
  }

  private async once(): Promise<void> {
    const calls = this.watched.calls();
    const { microphone, speaker } = this.watched.settings();
    const speaks = meant(this.devices, "audioinput", microphone),
      plays = meant(this.devices, "audiooutput", speaker);
    let opened = true;
    for (const call of calls) {
      opened = (await this.speak(call, speaks)) && opened;
      // A device that goes while it is asked for is asked for again when the browser says that it is gone.
      await call.playOn(plays?.deviceId === speaker ? speaker : "").catch(() => undefined);
    }
    this.tell(
      calls.length === 0
        ? this.forget()
        : {
            microphone: this.standIn("audioinput", opened ? speaks : null),
            speaker: this.standIn("audiooutput", plays),
          },
    );
  }

  /** Have a call hear the microphone that is meant, or silence; says whether it does. */
  private async speak(call: PhoneCall, wanted: Device | null): Promise<boolean> {
    const before = call.microphone;
    if (before === null) return true;
    const { deviceId, groupId } = before.getSettings();
    const isSilence = this.silences.has(before);
    const { microphone } = this.watched.settings();
    const live = before.readyState === "live";
    if (wanted && live && this.openedFor.get(before) === wanted.deviceId) return true;
    if (wanted && !isSilence && isOpen(this.devices, microphone, wanted, { live, deviceId, groupId })) return true;
    const found = wanted && (await this.open());
    if (found) {
      this.openedFor.set(found, wanted.deviceId);
      await call.speakBy(found).catch(() => found.stop());
    } else if (!isSilence) await call.speakBy(this.silence()).catch(() => undefined);
    return found !== null;
  }

  private async open(): Promise<MediaStreamTrack | null> {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: this.wanted() }).catch(() => null);
    return stream?.getAudioTracks()[0] ?? null;
  }

  private silence(): MediaStreamTrack {
    this.context ??= new AudioContext();
    void this.context.resume();
    const [track] = this.context.createMediaStreamDestination().stream.getAudioTracks() as [MediaStreamTrack];
    this.silences.add(track);
    return track;
  }

  private standIn(kind: Kind, now: Device | null): StandIn | null {
    const before = this.used[kind];
    if (before && !isThere(this.devices, before)) return { gone: before.label, now: now?.label ?? null };
    if (now) this.used[kind] = now;
    return null;
  }

  private forget(): StandIns {
    delete this.used.audioinput;
    delete this.used.audiooutput;
    void this.context?.close();
    this.context = null;
    return NO_STAND_INS;
  }

  private tell(standIns: StandIns): void {
    if (JSON.stringify(standIns) === JSON.stringify(this.shown)) return;
    this.shown = standIns;
    this.watched.changed(standIns);
  }
}
