/** JsSIP's WebSocket, with a way to find out whether it still leads anywhere and to give it up when it does not. */

import { WebSocketInterface } from "jssip";

const PING = "\r\n\r\n"; // RFC 5626 §4.4.1; the exchange answers with one CRLF
const QUIET_MS = 4_000;
const DEAD_MS = 14_000;
const ANSWER_MS = 2_500;
const ABNORMAL = 1006;

/** What JsSIP's own class has beside its declared parts. */
interface Inside {
  onconnect: () => void;
  ondisconnect: (error: boolean, code: number, reason: string) => void;
  _onMessage: (event: MessageEvent) => void;
}

export class Connection extends WebSocketInterface {
  private heardAt = 0;
  private timer: number | undefined;

  constructor(url: string) {
    super(url);
    const inside = this as unknown as Inside;
    const heard = inside._onMessage.bind(this);
    inside._onMessage = event => {
      this.heardAt = Date.now();
      heard(event);
    };
  }

  override connect(): void {
    this.heardAt = Date.now();
    super.connect();
  }

  /** From time to time: ask for a sign of life, and give up after long silence. */
  beat(): void {
    if (!this.isConnected()) return;
    const quiet_ms = Date.now() - this.heardAt;
    if (quiet_ms > DEAD_MS) this.drop();
    else if (quiet_ms > QUIET_MS) this.send(PING);
  }

  /** Now: give up unless a sign of life comes at once. */
  check(): void {
    clearTimeout(this.timer);
    if (!this.isConnected()) return;
    const asked = Date.now();
    this.send(PING);
    this.timer = window.setTimeout(() => this.heardAt < asked && this.drop(), ANSWER_MS);
  }

  /** Give it up; JsSIP opens another one. */
  drop(): void {
    clearTimeout(this.timer);
    this.disconnect();
    (this as unknown as Inside).ondisconnect(true, ABNORMAL, "no sign of life");
  }
}
