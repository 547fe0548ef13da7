/** What has been removed at the page and can still be undone: it is asked of the server when its time is up, or the page goes. */

export interface Removal {
  /** Asks the server; `how`: so that it arrives although the page closes meanwhile. */
  send: (how?: RequestInit) => Promise<unknown>;
  /** After the server's answer, or its refusal; until it is done, what was removed still looks so. */
  settled: (fault: unknown) => unknown;
}

/** Several parts of the page look at the same removals, and they outlive the screen on which they were made. */
export class Withheld {
  private removals = new Map<string, Removal>();
  private watchers = new Set<() => void>();
  private shown: ReadonlySet<string> = new Set();

  /** The keys of everything that is to look removed. */
  keys = (): ReadonlySet<string> => this.shown;

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  add(key: string, removal: Removal): void {
    this.removals.set(key, removal);
    this.tell(this.shown, [key]);
  }

  undo(key: string): void {
    if (this.removals.delete(key)) this.tell(this.shown, [], key);
  }

  /** The time for undoing it is over. */
  async finish(key: string, how?: RequestInit): Promise<void> {
    const removal = this.removals.get(key);
    if (removal === undefined) return;
    this.removals.delete(key);
    let fault: unknown = null;
    try {
      await removal.send(how);
    } catch (error) {
      fault = error;
      this.tell(this.shown, [], key);
    }
    await removal.settled(fault);
    if (fault === null && !this.removals.has(key)) this.tell(this.shown, [], key);
  }

  /** The page goes: nothing can be undone any more. */
  finishAll(): void {
    for (const key of [...this.removals.keys()]) void this.finish(key, { keepalive: true });
  }

  private tell(before: ReadonlySet<string>, added: string[], gone?: string): void {
    this.shown = new Set([...before, ...added].filter((key) => key !== gone));
    for (const watcher of this.watchers) watcher();
  }
}

export const withheld = new Withheld();
