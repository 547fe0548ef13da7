/** How the call sounds, as a dot with words: measured by the browser every two seconds. */

import { Tooltip } from "@mantine/core";
import { useEffect, useState } from "react";

import { quality, read, type Grade, type Quality, type Reading } from "../softphone/quality";
import { percent } from "../text/format";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";

const EVERY_MS = 2000;
const WORDS: Record<Grade, Word> = { good: "qualityGood", fair: "qualityFair", poor: "qualityPoor" };

export function QualityDot({ connection }: { connection: RTCPeerConnection | null }) {
  const { t, language } = useSpeech();
  const found = useQuality(connection);
  if (found === null) return null;
  const grade = t(WORDS[found.grade]);
  const detail = t("qualityDetail", {
    grade,
    loss: percent(found.loss, language) ?? "",
    jitter: Math.round(found.jitter_ms),
    trip: found.roundTrip_ms === null ? "–" : Math.round(found.roundTrip_ms),
  });
  return (
    <Tooltip withinPortal={false} label={detail}>
      <svg className="quality-dot" data-grade={found.grade} data-testid="quality" role="img" aria-label={detail} width={18} height={16} viewBox="0 0 18 16">
        {[0, 1, 2].map((bar) => <rect key={bar} x={bar * 6} y={10 - bar * 5} width={4} height={6 + bar * 5} rx={1} data-lit={bar < { good: 3, fair: 2, poor: 1 }[found.grade] || undefined} />)}
      </svg>
    </Tooltip>
  );
}

function useQuality(connection: RTCPeerConnection | null): Quality | null {
  const [found, setFound] = useState<Quality | null>(null);
  useEffect(() => {
    if (connection === null) return;
    let before: Reading | null = null;
    let over = false;
    const look = async () => {
      const now = await read(connection);
      if (over || now === null) return;
      setFound(quality(before ?? now, now));
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
