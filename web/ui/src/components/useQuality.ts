/** How a call sounds, measured by the browser every two seconds. */

import { useEffect, useState } from "react";

import { quality, read, told, type Fault, type Quality, type Reading } from "../softphone/quality";

const EVERY_MS = 2000;

/** `told`: what is worth a sentence. */
export interface Sounding extends Quality {
  told: Fault | null;
}

export function useQuality(connection: RTCPeerConnection | null): Sounding | null {
  const [found, setFound] = useState<Sounding | null>(null);
  useEffect(() => {
    setFound(null);
    if (connection === null) return;
    let before: Reading | null = null;
    let over = false;
    const look = async () => {
      const now = await read(connection);
      if (over || now === null) return;
      const measured = quality(before ?? now, now);
      setFound(last => ({ ...measured, told: told(last?.told ?? null, last?.fault ?? null, measured.fault) }));
      before = now;
    };
    void look();
    const timer = setInterval(() => void look(), EVERY_MS);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [connection]);
  return found;
}
