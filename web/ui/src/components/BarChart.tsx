/** Stacked bars over time with axes, a legend and, for the bar one points at, its numbers; the table below says it in words. */

import { Group, Paper, Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useState, type KeyboardEvent } from "react";

import { useSpeech } from "../text/language";

const HEIGHT = 240;
const [LEFT, BOTTOM, TOP] = [40, 24, 24];
const LABEL_PX = 56;
const CARD_PX = 180;

export interface Bar {
  name: string;
  /** The name in full, above its numbers. */
  title: string;
  values: number[];
}

interface Props {
  title: string;
  /** What the bars count. */
  unit: string;
  bars: Bar[];
  series: { name: string; tone: string }[];
}

export function BarChart({ title, unit, bars, series }: Props) {
  const { t } = useSpeech();
  const { ref, width } = useElementSize();
  const [over, setOver] = useState<number | null>(null);
  const top = niceTop(Math.max(1, ...bars.map(bar => sum(bar.values))));
  const slot = Math.max(1, (width - LEFT) / Math.max(1, bars.length));
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const every = Math.max(1, Math.ceil(LABEL_PX / slot));
  const pointed = over === null ? undefined : bars[over];
  /** From bar to bar; the first key begins at the last bar that has something. */
  const press = (event: KeyboardEvent) => {
    const last = bars.length - 1;
    const from =
      over ??
      Math.max(
        0,
        bars.findLastIndex(bar => sum(bar.values) > 0),
      ) + (event.key === "ArrowLeft" ? 1 : -1);
    const places: Record<string, number | null> = {
      ArrowLeft: Math.max(0, from - 1),
      ArrowRight: Math.min(last, from + 1),
      Home: 0,
      End: last,
      Escape: null,
    };
    if (!(event.key in places)) return;
    event.preventDefault();
    setOver(places[event.key] ?? null);
  };
  return (
    <figure className="chart">
      <Group gap="md" component="ul" className="legend">
        {series.map(({ name, tone }) => (
          <Text key={name} component="li" size="xs" className={`legend-word tone-${tone}`}>
            {name}
          </Text>
        ))}
      </Group>
      <div
        ref={ref}
        className="chart-frame"
        role="group"
        tabIndex={0}
        aria-label={`${title}. ${t("chartKeys")}`}
        onMouseLeave={() => setOver(null)}
        onKeyDown={press}
        onBlur={() => setOver(null)}
      >
        <svg width="100%" height={HEIGHT} role="img" aria-label={title}>
          <text x={0} y={12} className="chart-text">
            {unit}
          </text>
          {[0, top / 2, top].map(value => (
            <g key={value}>
              <line x1={LEFT} x2="100%" y1={y(value)} y2={y(value)} className="chart-line" />
              <text x={LEFT - 8} y={y(value) + 4} textAnchor="end" className="chart-text">
                {value}
              </text>
            </g>
          ))}
          {bars.map((bar, place) => (
            <g key={bar.name + place} onMouseEnter={() => setOver(place)}>
              <rect
                x={LEFT + place * slot}
                width={slot}
                y={TOP}
                height={HEIGHT - TOP - BOTTOM}
                className="chart-hover"
                data-over={over === place || undefined}
              />
              <Stack
                values={bar.values}
                series={series}
                x={LEFT + place * slot + slot * 0.15}
                width={slot * 0.7}
                y={y}
              />
              {place % every === 0 && (
                <text x={LEFT + (place + 0.5) * slot} y={HEIGHT - 6} textAnchor="middle" className="chart-text">
                  {bar.name}
                </text>
              )}
            </g>
          ))}
        </svg>
        {pointed && over !== null && (
          <Paper
            withBorder
            shadow="md"
            p="xs"
            className="chart-card"
            role="status"
            style={{
              width: CARD_PX,
              left: Math.max(0, Math.min(width - CARD_PX, LEFT + (over + 0.5) * slot - CARD_PX / 2)),
            }}
          >
            <Text size="xs" fw={600}>
              {pointed.title}
            </Text>
            {series.map(({ name, tone }, which) => (
              <Group key={name} justify="space-between" gap="xs" wrap="nowrap">
                <Text size="xs" className={`legend-word tone-${tone}`} truncate>
                  {name}
                </Text>
                <Text size="xs" className="tabular">
                  {pointed.values[which] ?? 0}
                </Text>
              </Group>
            ))}
          </Paper>
        )}
      </div>
    </figure>
  );
}

const sum = (values: number[]) => values.reduce((whole, value) => whole + value, 0);

function Stack({
  values,
  series,
  x,
  width,
  y,
}: {
  values: number[];
  series: Props["series"];
  x: number;
  width: number;
  y: (value: number) => number;
}) {
  let below = 0;
  return values.map((value, which) => {
    const [from, to] = [below, below + value];
    below = to;
    return (
      value > 0 && (
        <rect
          key={which}
          x={x}
          width={Math.max(1, width)}
          y={y(to)}
          height={y(from) - y(to)}
          rx={2}
          className={`tone-${series[which]?.tone}`}
        />
      )
    );
  });
}

/** An even number not below `most` that people count in: 2, 4, 10, 20, 40, 100 … */
export function niceTop(most: number): number {
  const step = 10 ** Math.floor(Math.log10(most));
  return (
    [0.2, 0.4, 1, 2, 4, 10].map(times => times * step).find(top => top >= most && top % 2 === 0) ??
    Math.max(2, 10 * step)
  );
}
