/** Many arrivals, one deed for each frame of the screen: drawing more often than the eye is shown is lost work. */

const HIDDEN_MS = 100;

export class FrameQueue<T> {
  private waiting: T[] = [];
  private frame: number | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly act: (arrived: T[]) => void) {}

  push(one: T): void {
    this.waiting.push(one);
    if (this.timer !== null) return;
    // A page that nobody sees is given no frames.
    this.timer = setTimeout(() => this.flush(), HIDDEN_MS);
    this.frame = requestAnimationFrame(() => this.flush());
  }

  stop(): void {
    this.waiting = [];
    this.unschedule();
  }

  private flush(): void {
    this.unschedule();
    const arrived = this.waiting;
    this.waiting = [];
    this.act(arrived);
  }

  private unschedule(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.timer = this.frame = null;
  }
}
