import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { EventStream } from "./events";

class Socket {
  static readonly OPEN = 1;
  static opened: Socket[] = [];
  readyState = 1;
  onopen: (() => void) | null = null;
  onclose: ((close?: { code: number }) => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  constructor(readonly url: string) {
    Socket.opened.push(this);
  }
  close(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

beforeEach(() => {
  Socket.opened = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
  vi.stubGlobal("location", { protocol: "https:", host: "pbx.example" });
  vi.stubGlobal("window", globalThis);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("EventStream", () => {
  it("speaks over the page's own origin", () => {
    new EventStream().open();
    expect(Socket.opened[0]?.url).toBe("wss://pbx.example/api/v1/events");
  });

  it("resumes after the last event that it has seen", () => {
    const stream = new EventStream();
    stream.open();
    Socket.opened[0]?.onmessage?.({ data: JSON.stringify({ id: "0199-a", type: "call.started" }) });
    Socket.opened[0]?.close();
    vi.advanceTimersByTime(300);
    expect(Socket.opened[1]?.url).toBe("wss://pbx.example/api/v1/events?since=0199-a");
  });

  it("says when it is down and when it is up again", () => {
    const stream = new EventStream();
    const seen: boolean[] = [];
    stream.onStatus(up => seen.push(up));
    stream.open();
    Socket.opened[0]?.onopen?.();
    Socket.opened[0]?.close();
    vi.advanceTimersByTime(300);
    Socket.opened[1]?.onopen?.();
    expect(seen).toEqual([true, false, true]);
  });

  it("says so when the session is over", () => {
    const stream = new EventStream();
    const refused = vi.fn();
    stream.onRefused(refused);
    stream.open();
    Socket.opened[0]?.close(4401);
    expect(refused).toHaveBeenCalledOnce();
  });

  it("does not wait for the next try when the network is back", () => {
    const stream = new EventStream();
    stream.open();
    stream.hurry();
    expect(Socket.opened).toHaveLength(1);
    Socket.opened[0]?.close();
    stream.hurry();
    expect(Socket.opened).toHaveLength(2);
    vi.advanceTimersByTime(60_000);
    expect(Socket.opened).toHaveLength(2);
  });

  it("stays closed once it is closed", () => {
    const stream = new EventStream();
    stream.open();
    stream.close();
    vi.advanceTimersByTime(60_000);
    expect(Socket.opened).toHaveLength(1);
  });
});
