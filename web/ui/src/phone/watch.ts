/** Notices in a page that nobody looks at that time goes by, and that it stood still or the network is another one. */

export interface Watched {
  /** Every five seconds. */
  beat: () => void;
  /** The machine slept, the page was frozen, or the network has changed: nothing is sure any more. */
  woken: () => void;
}

const BEAT_MS = 5_000;
const ASLEEP_MS = 20_000;

type Network = EventTarget | undefined;

export class Watch {
  private worker: Worker | null = null;
  private timer: number | undefined;
  private beatAt = 0;

  /** `makeWorker`: a thread that sends a message every five seconds; without one the page's own timer does. */
  constructor(
    private readonly watched: Watched,
    private readonly makeWorker: (() => Worker) | null,
  ) {}

  start(): void {
    this.stop();
    this.beatAt = Date.now();
    this.worker = this.makeWorker?.() ?? null;
    if (this.worker) this.worker.onmessage = () => this.beat();
    else this.timer = window.setInterval(() => this.beat(), BEAT_MS);
    for (const [target, name] of this.signs()) target.addEventListener(name, this.woken);
  }

  stop(): void {
    clearInterval(this.timer);
    this.worker?.terminate();
    this.worker = null;
    for (const [target, name] of this.signs()) target.removeEventListener(name, this.woken);
  }

  private readonly woken = () => this.watched.woken();

  private beat(): void {
    const asleep = Date.now() - this.beatAt > ASLEEP_MS;
    this.beatAt = Date.now();
    if (asleep) this.watched.woken();
    this.watched.beat();
  }

  private signs(): [EventTarget, string][] {
    const network = (navigator as Navigator & { connection?: Network }).connection;
    const found: [EventTarget, string][] = [
      [window, "online"],
      [document, "resume"],
    ];
    return network ? [...found, [network, "change"]] : found;
  }
}
