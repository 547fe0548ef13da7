/** What this browser remembers about its telephone: whether it is one, and by which devices. */

export interface Settings {
  /** This browser is a telephone of whoever is signed in. */
  on: boolean;
  /** Device ids as browsers give them; "" is the system's choice. */
  microphone: string;
  speaker: string;
  ringer: string;
  /** Have the browser take echo and noise out of what the microphone hears. */
  cleansed: boolean;
  /** Have this browser told of calls while its page is closed. */
  push: boolean;
}

const KEY = "centralita.phone";
const FIRST: Settings = { on: false, microphone: "", speaker: "", ringer: "", cleansed: true, push: false };

/** Settings out of what was stored, whatever that is. */
export function parseSettings(stored: string | null): Settings {
  let found: unknown;
  try {
    found = JSON.parse(stored ?? "");
  } catch {
    return FIRST;
  }
  if (typeof found !== "object" || found === null) return FIRST;
  const fitting = Object.entries(found).filter(
    ([name, value]) => name in FIRST && typeof value === typeof FIRST[name as keyof Settings],
  );
  return { ...FIRST, ...Object.fromEntries(fitting) };
}

export const readSettings = (): Settings => parseSettings(localStorage.getItem(KEY));

export const writeSettings = (settings: Settings): void => localStorage.setItem(KEY, JSON.stringify(settings));

/** Calls back when another tab has changed them. */
export function onSettings(changed: () => void): () => void {
  const stored = (event: StorageEvent) => event.key === KEY && changed();
  window.addEventListener("storage", stored);
  return () => window.removeEventListener("storage", stored);
}

/**
 * What `getUserMedia` is asked for. A device that is not among `present` is replaced by the system's choice.
 *
 * `exact`: Chromium gives its own choice to who merely prefers a device.
 */
export function constraints(
  { microphone, cleansed }: Settings,
  present: Pick<MediaDeviceInfo, "kind" | "deviceId">[],
): MediaTrackConstraints {
  const isPresent =
    microphone !== "" && present.some(({ kind, deviceId }) => kind === "audioinput" && deviceId === microphone);
  return {
    ...(isPresent ? { deviceId: { exact: microphone } } : {}),
    echoCancellation: cleansed,
    noiseSuppression: cleansed,
    autoGainControl: cleansed,
  };
}
