/** Two thin meters: whether one is heard, and whether one hears; measured by the browser four times a second. */

import { useEffect, useRef } from "react";

import { useSpeech } from "../text/language";

const EVERY_MS = 250;
/** Speech lies far below full scale: its square root fills the meter. */
const shown = (level: unknown) => Math.min(1, Math.sqrt(typeof level === "number" ? level : 0) * 1.4);

export function Levels({ connection }: { connection: RTCPeerConnection | null }) {
  const { t } = useSpeech();
  const meter = useRef<SVGSVGElement>(null);
  useEffect(() => {
    if (connection === null) return;
    // Drawn past React: four times a second nothing else of the bar is to be drawn again.
    const draw = (name: string, level: unknown) =>
      meter.current?.querySelector(`[data-side=${name}]`)?.setAttribute("width", String(28 * shown(level)));
    const timer = setInterval(async () => {
      for (const report of (
        (await connection.getStats()) as unknown as Map<string, Record<string, unknown>>
      ).values()) {
        if (report["type"] === "media-source") draw("mine", report["audioLevel"]);
        if (report["type"] === "inbound-rtp") draw("theirs", report["audioLevel"]);
      }
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [connection]);
  return (
    <svg
      ref={meter}
      className="levels"
      role="img"
      aria-label={t("levels")}
      width={28}
      height={16}
      viewBox="0 0 28 16"
      data-testid="levels"
    >
      {(["mine", "theirs"] as const).map((side, place) => (
        <g key={side}>
          <rect className="levels-ground" y={2 + place * 8} width={28} height={4} rx={2} />
          <rect data-side={side} y={2 + place * 8} width={0} height={4} rx={2} />
        </g>
      ))}
    </svg>
  );
}
