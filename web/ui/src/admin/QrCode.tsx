/** A QR code as one path: black on white in both themes, so that any camera reads it. */

import { useMemo } from "react";
import { encode } from "uqr";

export function QrCode({ text, label, size = 200 }: { text: string; label: string; size?: number }) {
  const { side, path } = useMemo(() => {
    const { data, size: side } = encode(text, { ecc: "M", border: 2 });
    const cells = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
    return { side, path: cells.join("") };
  }, [text]);
  return (
    <svg
      role="img"
      aria-label={label}
      width={size}
      height={size}
      viewBox={`0 0 ${side} ${side}`}
      shapeRendering="crispEdges"
      data-testid="qr"
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
