/** The keys of headsets: by WebHID (USB HID Usage Tables, telephony page 0x0B, LED page 0x08), and media keys. */

export interface HeadsetKeys {
  /** The hook key: answers, or hangs up. */
  hook: () => void;
  mute: () => void;
}

/** What the headset is to show. */
export interface Lamps {
  rings: boolean;
  talks: boolean;
  muted: boolean;
}

const TELEPHONY = 0x0b;
const HOOK = 0x0b0020;
const MUTE = 0x0b002f;
const LED: Record<keyof Lamps, number> = { talks: 0x080017, rings: 0x080018, muted: 0x080009 };

interface Item {
  usages?: number[];
  reportSize?: number;
  reportCount?: number;
  isRange?: boolean;
  usageMinimum?: number;
  usageMaximum?: number;
}

export interface Report {
  reportId?: number;
  items?: Item[];
}

interface Collection {
  usagePage?: number;
  inputReports?: Report[];
  outputReports?: Report[];
}

interface Device extends EventTarget {
  productName: string;
  opened: boolean;
  collections: Collection[];
  open: () => Promise<void>;
  close: () => Promise<void>;
  sendReport: (id: number, data: Uint8Array) => Promise<void>;
}

interface Hid {
  getDevices: () => Promise<Device[]>;
  requestDevice: (options: { filters: { usagePage: number }[] }) => Promise<Device[]>;
}

/** Where each usage of a report is: bits from its beginning. */
export function places(report: Report): Map<number, number> {
  const found = new Map<number, number>();
  let bit = 0;
  for (const { usages = [], isRange, usageMinimum, usageMaximum, reportSize = 1, reportCount = 1 } of report.items ??
    []) {
    for (let number = 0; number < reportCount; number++) {
      const inRange =
        isRange && usageMinimum !== undefined && usageMinimum + number <= (usageMaximum ?? 0)
          ? usageMinimum + number
          : undefined;
      const usage = usages[number] ?? inRange;
      if (usage !== undefined) found.set(usage, bit);
      bit += reportSize;
    }
  }
  return found;
}

/** Which usages are pressed in an input report. */
export function pressed(report: Report, data: DataView): Set<number> {
  const on = new Set<number>();
  for (const [usage, bit] of places(report)) {
    const byte = bit >> 3;
    if (byte < data.byteLength && (data.getUint8(byte) >> (bit & 7)) & 1) on.add(usage);
  }
  return on;
}

/** An output report that lights what is to be lit; null when it has no lamp of ours. */
export function lit(report: Report, lamps: Lamps): Uint8Array | null {
  const where = places(report);
  if (!Object.values(LED).some(usage => where.has(usage))) return null;
  const bits = (report.items ?? []).reduce(
    (sum, { reportSize = 1, reportCount = 1 }) => sum + reportSize * reportCount,
    0,
  );
  const data = new Uint8Array(Math.ceil(bits / 8));
  for (const name of Object.keys(LED) as (keyof Lamps)[]) {
    const bit = where.get(LED[name]);
    if (bit !== undefined && lamps[name]) data[bit >> 3] = (data[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  return data;
}

const hid = (): Hid | undefined => (navigator as Navigator & { hid?: Hid }).hid;

export const hasHeadsets = (): boolean => hid() !== undefined;

export class Headset {
  private device: Device | null = null;
  private before = new Set<number>();
  private shown = "";

  constructor(private readonly keys: HeadsetKeys) {}

  get name(): string {
    return this.device?.productName ?? "";
  }

  /** Those that this browser was allowed before. */
  async find(): Promise<void> {
    const [device] = ((await hid()?.getDevices()) ?? []).filter(isTelephone);
    if (device) await this.use(device);
  }

  /** From a click: let the person choose one. Says whether there is one now. Throws DOMException. */
  async ask(): Promise<boolean> {
    const [device] = (await hid()?.requestDevice({ filters: [{ usagePage: TELEPHONY }] })) ?? [];
    if (device) await this.use(device);
    return this.device !== null;
  }

  show(lamps: Lamps): void {
    const wanted = JSON.stringify(lamps);
    if (this.device === null || wanted === this.shown) return;
    this.shown = wanted;
    for (const report of this.device.collections.flatMap(one => one.outputReports ?? [])) {
      const data = lit(report, lamps);
      // A headset that was pulled out at this very moment shows nothing any more.
      if (data) void this.device.sendReport(report.reportId ?? 0, data).catch(() => undefined);
    }
  }

  private async use(device: Device): Promise<void> {
    if (!device.opened) await device.open();
    this.device = device;
    device.addEventListener("inputreport", event => {
      const { reportId, data } = event as Event & { reportId: number; data: DataView };
      const report = device.collections
        .flatMap(one => one.inputReports ?? [])
        .find(one => (one.reportId ?? 0) === reportId);
      if (report) this.heard(pressed(report, data));
    });
  }

  private heard(now: Set<number>): void {
    const { before } = this;
    this.before = now;
    // Hook is a switch (both ways are a press), mute a key (pressed, then let go).
    if (now.has(HOOK) !== before.has(HOOK)) this.keys.hook();
    if (now.has(MUTE) && !before.has(MUTE)) this.keys.mute();
  }
}

const isTelephone = (device: Device): boolean => device.collections.some(({ usagePage }) => usagePage === TELEPHONY);

/** Media keys of keyboards and simple headsets: play answers, stop and the call keys do what they say. */
export function takeMediaKeys(keys: HeadsetKeys): void {
  const session = navigator.mediaSession as MediaSession | undefined;
  if (session === undefined) return;
  const actions: [string, () => void][] = [
    ["play", keys.hook],
    ["pause", keys.hook],
    ["stop", keys.hook],
    ["hangup", keys.hook],
    ["togglemicrophone", keys.mute],
  ];
  for (const [action, act] of actions) {
    try {
      session.setActionHandler(action as MediaSessionAction, act);
    } catch {
      // This browser does not know the action.
    }
  }
}
