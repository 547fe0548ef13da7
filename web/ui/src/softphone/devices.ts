/** Which microphone and which speaker a choice means among those that are connected; pure. */

export type Kind = "audioinput" | "audiooutput";

export type Device = Pick<MediaDeviceInfo, "kind" | "deviceId" | "groupId" | "label">;

/** Chromium lists the system's choice beside the device that it is; the two share a group. */
const ALIASES = new Set(["default", "communications"]);

const real = (devices: Device[], kind: Kind) =>
  devices.filter(one => one.kind === kind && one.deviceId !== "" && !ALIASES.has(one.deviceId));

/** The chosen device where it is connected, else the system's choice; null when there is none at all. */
export function meant(devices: Device[], kind: Kind, chosen: string): Device | null {
  const those = real(devices, kind);
  const system = devices.find(one => one.kind === kind && one.deviceId === "default");
  const behind =
    system &&
    (those.find(({ groupId }) => groupId !== "" && groupId === system.groupId) ?? {
      kind,
      deviceId: system.deviceId,
      groupId: system.groupId,
      label: "",
    });
  return those.find(({ deviceId }) => deviceId === chosen) ?? behind ?? those[0] ?? null;
}

/** Whether a device is (still, again) connected. */
export const isThere = (devices: Device[], { kind, deviceId }: Device): boolean =>
  devices.some(one => one.kind === kind && one.deviceId === deviceId);

/** What a microphone that is open says of itself. */
export interface Open {
  live: boolean;
  deviceId: string | undefined;
  groupId: string | undefined;
}

/** Whether what is open is the device that is meant: browsers that do not say what the system chooses are believed. */
export function isOpen(devices: Device[], chosen: string, wanted: Device, { live, deviceId, groupId }: Open): boolean {
  if (!live) return false;
  const isSystems = wanted.deviceId !== chosen;
  if (isSystems && !devices.some(one => one.kind === wanted.kind && one.deviceId === "default")) return true;
  return deviceId === wanted.deviceId || (isSystems && groupId !== undefined && groupId === wanted.groupId);
}
