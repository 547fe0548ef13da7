/** How each side of a call sounded as time went by: a strip along the call, as high and as green as it was good. */

import { Text } from "@mantine/core";

import type { CallEvent } from "../api/types";
import { useNames } from "../live/lists";
import { decimal, percent, phone } from "../text/format";
import { useSpeech } from "../text/language";
import { soundOf, type Side, type Span } from "../text/sound";

const HEIGHT = 24;
const WIDTH = 1000;
const BEST = 4.5;

export function SoundCourse({ events, started, ended }: { events: CallEvent[]; started: string; ended: string }) {
  const { t } = useSpeech();
  const sides = soundOf(events, started, ended);
  if (sides.length === 0) return <Text c="dimmed">{t("soundNotMeasured")}</Text>;
  return (
    <section aria-label={t("soundOverTime")} data-testid="sound">
      <Text size="xs" c="dimmed" mb={8}>
        {t("soundScale")}
      </Text>
      {sides.map(side => (
        <Strip key={side.leg} side={side} />
      ))}
    </section>
  );
}

function Strip({ side }: { side: Side }) {
  const { t, language } = useSpeech();
  const names = useNames();
  const who = side.login ? names.person(side.login) : side.number ? phone(side.number).text : t("withheld");
  const said = (span: Span) =>
    span.mos === null
      ? t("soundNothing")
      : t("soundReading", {
          mos: decimal(span.mos, language),
          loss: percent(span.loss, language) ?? "",
          jitter: Math.round(span.jitter_ms),
          trip: span.round_trip_ms === null ? "–" : Math.round(span.round_trip_ms),
        });
  const known = side.spans.filter(span => span.mos !== null);
  const worst = known.reduce<Span | null>(
    (found, span) => (found === null || (span.mos ?? BEST) < (found.mos ?? BEST) ? span : found),
    null,
  );
  return (
    <div className="sound-side">
      <Text size="xs" className="tabular">
        {who}
        {worst !== null && (
          <Text span inherit c="dimmed">
            {" "}
            · {t("soundWorst", { reading: said(worst) })}
          </Text>
        )}
      </Text>
      <svg
        className="sound"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${who}: ${worst === null ? t("soundNothing") : t("soundWorst", { reading: said(worst) })}`}
      >
        {side.spans.map(span => {
          const height = span.mos === null ? 2 : Math.max(3, (span.mos / BEST) * HEIGHT);
          return (
            <rect
              key={span.from}
              x={span.from * WIDTH}
              y={HEIGHT - height}
              width={Math.max(3, (span.to - span.from) * WIDTH - 2)}
              height={height}
              data-grade={span.grade ?? "none"}
            >
              <title>{said(span)}</title>
            </rect>
          );
        })}
      </svg>
    </div>
  );
}
