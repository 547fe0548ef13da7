/** Many wishes, few deeds: names that are touched are handed on together, never more often than every `gap` ms. */

const FIRST_MS = 120;

export class Coalescer {
  private readonly touched = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private last = -Infinity;

  constructor(
    private readonly act: (names: string[]) => void,
    private readonly gap = 1000,
    private readonly first = FIRST_MS,
  ) {}

  touch(names: Iterable<string>): void {
    for (const name of names) this.touched.add(name);
    if (this.touched.size === 0 || this.timer !== null) return;
    this.timer = setTimeout(() => this.fire(), Math.max(this.first, this.last + this.gap - Date.now()));
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.touched.clear();
  }

  private fire(): void {
    this.timer = null;
    this.last = Date.now();
    const names = [...this.touched];
    this.touched.clear();
    this.act(names);
  }
}
