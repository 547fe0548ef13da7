/** One tab of a browser is the telephone; the others wait until it closes, or take its place when the person says so. */

const LOCK = "centralita.phone";
const ELSEWHERE_MS = 400;

export interface Turn {
  /** This tab is the telephone from now on. */
  taken: () => void;
  /** Another tab is. */
  elsewhere: () => void;
}

export class Leader {
  private waiting: AbortController | null = null;
  private release: (() => void) | null = null;
  private timer: number | undefined;

  constructor(private readonly turn: Turn) {}

  /** Wait for the turn. */
  queue(): void {
    this.leave();
    const waiting = new AbortController();
    this.waiting = waiting;
    this.timer = window.setTimeout(() => this.turn.elsewhere(), ELSEWHERE_MS);
    this.hold({ signal: waiting.signal });
  }

  /** Take the turn from the tab that has it. */
  steal(): void {
    this.leave();
    this.hold({ steal: true });
  }

  /** Stand back: another tab may have it. */
  leave(): void {
    clearTimeout(this.timer);
    this.waiting?.abort();
    this.waiting = null;
    this.release?.();
    this.release = null;
  }

  private hold(options: LockOptions): void {
    let release: (() => void) | undefined;
    const held = new Promise<void>(resolve => {
      release = resolve;
    });
    navigator.locks
      .request(LOCK, options, () => {
        clearTimeout(this.timer);
        this.waiting = null;
        this.release = release ?? null;
        this.turn.taken();
        return held;
      })
      .catch(() => {
        // Given up here, or taken by another tab: only the second concerns anybody.
        if (this.release === null || this.release !== release) return;
        this.release = null;
        this.turn.elsewhere();
        this.queue();
      });
  }
}
