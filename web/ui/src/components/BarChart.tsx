/** Stacked bars over time with axes, a legend and, for each bar, its numbers on hover; the table below says it in words. */

import { Group, Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";

const HEIGHT = 220;
const [LEFT, BOTTOM, TOP] = [36, 24, 8];
const LABEL_PX = 56;

export interface Bar {
  name: string;
  values: number[];
}

interface Props {
  title: string;
  bars: Bar[];
  series: { name: string; tone: string }[];
}

export function BarChart({ title, bars, series }: Props) {
  const { ref, width } = useElementSize();
  const top = niceTop(Math.max(1, ...bars.map((bar) => bar.values.reduce((sum, value) => sum + value, 0))));
  const slot = Math.max(1, (width - LEFT) / Math.max(1, bars.length));
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const every = Math.max(1, Math.ceil(LABEL_PX / slot));
  return (
    <figure className="chart">
      <Group gap="md" component="ul" className="legend">
        {series.map(({ name, tone }) => <Text key={name} component="li" size="xs" className={`legend-word tone-${tone}`}>{name}</Text>)}
      </Group>
      <div ref={ref}>
        <svg width="100%" height={HEIGHT} role="img" aria-label={title}>
          {[0, top / 2, top].map((value) => (
            <g key={value}>
              <line x1={LEFT} x2="100%" y1={y(value)} y2={y(value)} className="chart-line" />
              <text x={LEFT - 8} y={y(value) + 4} textAnchor="end" className="chart-text">{value}</text>
            </g>
          ))}
          {bars.map((bar, place) => (
            <g key={bar.name + place}>
              <title>{`${bar.name} · ${series.map(({ name }, which) => `${name}: ${bar.values[which] ?? 0}`).join(" · ")}`}</title>
              <rect x={LEFT + place * slot} width={slot} y={TOP} height={HEIGHT - TOP - BOTTOM} className="chart-hover" />
              <Stack values={bar.values} series={series} x={LEFT + place * slot + slot * 0.15} width={slot * 0.7} y={y} />
              {place % every === 0 && <text x={LEFT + (place + 0.5) * slot} y={HEIGHT - 6} textAnchor="middle" className="chart-text">{bar.name}</text>}
            </g>
          ))}
        </svg>
      </div>
    </figure>
  );
}

function Stack({ values, series, x, width, y }: { values: number[]; series: Props["series"]; x: number; width: number; y: (value: number) => number }) {
  let below = 0;
  return values.map((value, which) => {
    const [from, to] = [below, below + value];
    below = to;
    return value > 0 && <rect key={which} x={x} width={Math.max(1, width)} y={y(to)} height={y(from) - y(to)} rx={2} className={`tone-${series[which]?.tone}`} />;
  });
}

/** An even number not below `most` that people count in: 2, 4, 10, 20, 40, 100 … */
export function niceTop(most: number): number {
  const step = 10 ** Math.floor(Math.log10(most));
  return [0.2, 0.4, 1, 2, 4, 10].map((times) => times * step).find((top) => top >= most && top % 2 === 0) ?? Math.max(2, 10 * step);
}
