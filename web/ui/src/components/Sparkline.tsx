/** Small counts by time, as bars without axes; its name says them to who cannot see it. */

interface Props {
  label: string;
  values: number[];
}

const [WIDTH, HEIGHT, GAP] = [120, 28, 2];

export function Sparkline({ label, values }: Props) {
  const top = Math.max(1, ...values);
  const slot = WIDTH / Math.max(1, values.length);
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${label}: ${values.join(", ")}`}
      data-testid="last-hour"
    >
      <title>{label}</title>
      {values.map((value, place) => {
        const height = value === 0 ? 1 : 3 + (HEIGHT - 3) * (value / top);
        return (
          <rect
            key={place}
            x={place * slot}
            width={slot - GAP}
            y={HEIGHT - height}
            height={height}
            data-none={value === 0 || undefined}
          />
        );
      })}
    </svg>
  );
}
