import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Autosave, type Saving } from "./autosave";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A server that answers when told to. */
class Server {
  readonly saved: string[] = [];
  readonly told: Saving[] = [];
  away = false;
  private waiting: (() => void)[] = [];
  readonly text = new Autosave(
    "",
    text => this.save(text),
    saving => this.told.push(saving),
  );

  async answer(): Promise<void> {
    this.waiting.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
  }

  private async save(text: string): Promise<void> {
    if (this.away) throw new Error("offline");
    await new Promise<void>(resolve => this.waiting.push(resolve));
    this.saved.push(text);
  }
}

describe("text saved as one types", () => {
  it("waits for a pause and saves once", async () => {
    const server = new Server();
    server.text.typed("a");
    await vi.advanceTimersByTimeAsync(400);
    server.text.typed("ab");
    await vi.advanceTimersByTimeAsync(700);
    await server.answer();
    expect(server.saved).toEqual(["ab"]);
    expect(server.told.at(-1)).toBe("saved");
  });

  it("saves at once when the person leaves", async () => {
    const server = new Server();
    server.text.typed("half a word");
    void server.text.flush();
    await server.answer();
    expect(server.saved).toEqual(["half a word"]);
  });

  it("keeps what was typed while an earlier text was on its way, in that order", async () => {
    const server = new Server();
    server.text.typed("three kilos");
    await vi.advanceTimersByTimeAsync(700);
    server.text.typed("three kilos a week");
    void server.text.flush();
    await server.answer();
    await server.answer();
    expect(server.saved).toEqual(["three kilos", "three kilos a week"]);
  });

  it("tries again until the server is back", async () => {
    const server = new Server();
    server.away = true;
    server.text.typed("a note");
    await vi.advanceTimersByTimeAsync(700);
    expect(server.told.at(-1)).toBe("failed");
    server.away = false;
    await vi.advanceTimersByTimeAsync(4_000);
    await server.answer();
    expect(server.saved).toEqual(["a note"]);
    expect(server.told.at(-1)).toBe("saved");
  });
});
