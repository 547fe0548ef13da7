/** How the call sounds, as three bars with words. */

import { Tooltip } from "@mantine/core";

import type { Grade, Quality } from "../softphone/quality";
import { percent } from "../text/format";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";

const WORDS: Record<Grade, Word> = { good: "qualityGood", fair: "qualityFair", poor: "qualityPoor" };

export function QualityDot({ found }: { found: Quality }) {
  const { t, language } = useSpeech();
  const detail = t("qualityDetail", {
    grade: t(WORDS[found.grade]),
    loss: percent(found.loss, language) ?? "",
    jitter: Math.round(found.jitter_ms),
    trip: found.roundTrip_ms === null ? "–" : Math.round(found.roundTrip_ms),
    there: found.there === null ? "–" : (percent(found.there.loss, language) ?? ""),
  });
  return (
    <Tooltip withinPortal={false} label={detail}>
      <svg
        className="quality-dot"
        data-grade={found.grade}
        data-testid="quality"
        role="img"
        aria-label={detail}
        width={18}
        height={16}
        viewBox="0 0 18 16"
      >
        {[0, 1, 2].map(bar => (
          <rect
            key={bar}
            x={bar * 6}
            y={10 - bar * 5}
            width={4}
            height={6 + bar * 5}
            rx={1}
            data-lit={bar < { good: 3, fair: 2, poor: 1 }[found.grade] || undefined}
          />
        ))}
      </svg>
    </Tooltip>
  );
}
