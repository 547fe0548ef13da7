/** The live event stream: one WebSocket that resumes where it stopped and says whether it is up. */

import type { CallEvent } from "../api/types";

type Listener = (event: CallEvent) => void;
type StatusListener = (up: boolean) => void;
type RefusedListener = () => void;

const RETRY_MS = [250, 500, 1000, 2000, 5000];
const NOT_SIGNED_IN = 4401;

export class EventStream {
  private socket: WebSocket | null = null;
  private lastId: string | null = null;
  private failures = 0;
  private closed = false;
  private timer = 0;
  private readonly listeners = new Set<Listener>();
  private readonly statusListeners = new Set<StatusListener>();
  private readonly refusedListeners = new Set<RefusedListener>();

  open(): void {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const since = this.lastId === null ? "" : `?since=${encodeURIComponent(this.lastId)}`;
    const socket = new WebSocket(`${scheme}//${location.host}/api/v1/events${since}`);
    this.socket = socket;
    socket.onopen = () => {
      this.failures = 0;
      this.tell(true);
    };
    socket.onmessage = message => {
      const event = JSON.parse(String(message.data)) as CallEvent;
      this.lastId = event.id;
      this.listeners.forEach(listener => listener(event));
    };
    socket.onclose = close => {
      if (this.closed) return;
      if (close?.code === NOT_SIGNED_IN) this.refusedListeners.forEach(listener => listener());
      this.tell(false);
      const pause = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
      this.failures += 1;
      this.timer = window.setTimeout(() => this.open(), pause);
    };
  }

  close(): void {
    this.closed = true;
    window.clearTimeout(this.timer);
    this.socket?.close();
  }

  /** Hear every event; returns how to stop. */
  onEvent(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  onStatus(listener: StatusListener): () => void {
    this.statusListeners.add(listener);
    return () => this.statusListeners.delete(listener);
  }

  /** The server no longer knows who this is: the session is over. */
  onRefused(listener: RefusedListener): () => void {
    this.refusedListeners.add(listener);
    return () => this.refusedListeners.delete(listener);
  }

  /** Try again now: the network is back, or the page is looked at again. */
  hurry(): void {
    if (this.closed || this.socket === null || this.socket.readyState <= WebSocket.OPEN) return;
    window.clearTimeout(this.timer);
    this.open();
  }

  private tell(up: boolean): void {
    this.statusListeners.forEach(listener => listener(up));
  }
}
