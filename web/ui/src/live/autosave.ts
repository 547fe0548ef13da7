/** Text saved as one types: one request at a time, the latest words last, tried again until they are kept. */

const PAUSE_MS = 700;
const AGAIN_MS = 4_000;

export type Saving = "typing" | "saved" | "failed";

export class Autosave {
  private wanted: string;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private busy = false;

  /** `save` writes one text and resolves when the server has it; `tell` hears of every change. */
  constructor(
    private kept: string,
    private readonly save: (text: string) => Promise<void>,
    private readonly tell: (saving: Saving) => void,
  ) {
    this.wanted = kept;
  }

  /** The text is now `text`: it is saved once nothing more has been typed for a moment. */
  typed(text: string): void {
    this.wanted = text;
    this.tell("typing");
    this.after(PAUSE_MS);
  }

  /** Save at once what is not saved yet: the person is leaving. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    if (this.busy || this.wanted === this.kept) return;
    this.busy = true;
    const text = this.wanted;
    try {
      await this.save(text);
      this.kept = text;
    } catch {
      this.tell("failed");
      this.after(AGAIN_MS);
      return;
    } finally {
      this.busy = false;
    }
    if (this.wanted === text) this.tell("saved");
    else await this.flush();
  }

  private after(delay: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), delay);
  }
}
