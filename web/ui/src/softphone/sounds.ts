/** The sounds that the telephone makes itself, synthesised: ringing here, ringing there. */

type Bar = { hz: number[]; from_s: number; for_s: number };

/** Two soft notes, twice, every four seconds; one of them when there is a call already; the tone of ETSI networks. */
const TUNES: Record<Tune, { every_ms: number; level: number; bars: Bar[] }> = {
  ring: {
    every_ms: 4000,
    level: 0.25,
    bars: [0, 0.9].flatMap(at => [
      { hz: [659, 1318], from_s: at, for_s: 0.35 },
      { hz: [523, 1046], from_s: at + 0.28, for_s: 0.5 },
    ]),
  },
  knock: { every_ms: 4000, level: 0.06, bars: [{ hz: [659], from_s: 0, for_s: 0.25 }] },
  ringback: { every_ms: 4000, level: 0.05, bars: [{ hz: [425], from_s: 0, for_s: 1 }] },
};
const SOFT_S = 0.03;

export type Tune = "ring" | "knock" | "ringback";

export class Sounds {
  private context: AudioContext | null = null;
  private timer: number | undefined;
  private playing: Tune | null = null;
  private volume: GainNode | null = null;

  /** From a click: browsers let a page make sounds only after one. */
  unlock(): void {
    this.context ??= new AudioContext();
    void this.context.resume();
  }

  /** Play over and over on a device ("" is the system's choice), or be quiet. */
  play(tune: Tune | null, device = ""): void {
    if (tune === this.playing) return;
    this.playing = tune;
    clearInterval(this.timer);
    this.volume?.disconnect();
    this.volume = null;
    if (tune === null) return;
    this.unlock();
    const context = this.context as AudioContext & { setSinkId?: (id: string) => Promise<void> };
    void context.setSinkId?.(device).catch(() => undefined); // a device that is gone: the system's choice sounds
    const { every_ms, level, bars } = TUNES[tune];
    const volume = new GainNode(context, { gain: level });
    volume.connect(context.destination);
    this.volume = volume;
    // In a page that nobody has touched the context's time stands still: notes would pile up and all sound at the first click.
    const once = () => {
      if (context.state === "running" && this.volume === volume) bars.forEach(bar => this.sound(bar));
    };
    void context.resume().then(once);
    this.timer = window.setInterval(once, every_ms);
  }

  private sound({ hz, from_s, for_s }: Bar): void {
    if (this.context === null || this.volume === null) return;
    const start = this.context.currentTime + from_s;
    const shape = new GainNode(this.context, { gain: 0 });
    shape.gain.setValueAtTime(0, start);
    shape.gain.linearRampToValueAtTime(1 / hz.length, start + SOFT_S);
    shape.gain.setValueAtTime(1 / hz.length, start + for_s - SOFT_S);
    shape.gain.linearRampToValueAtTime(0, start + for_s);
    shape.connect(this.volume);
    for (const frequency of hz) {
      const note = new OscillatorNode(this.context, { frequency });
      note.connect(shape);
      note.start(start);
      note.stop(start + for_s);
    }
  }
}
