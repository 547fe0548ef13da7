/** The sound of both sides, one above the other, drawn on a canvas; what was played is drawn strong. */

import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";

import type { Wave } from "../media/wave";

const HEIGHT = 72;
const BAR = 3;
const COLOURS = ["--wave-left", "--wave-right"];

export function WaveForm({ wave, progress }: { wave: Wave; progress: number }) {
  const { ref, width } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (canvas.current && context && width > 0) draw(canvas.current, context, wave, width, progress);
  }, [wave, width, progress]);
  return (
    <div ref={ref} className="wave-form">
      <canvas ref={canvas} className="wave-canvas" aria-hidden="true" />
    </div>
  );
}

function draw(
  canvas: HTMLCanvasElement,
  context: CanvasRenderingContext2D,
  { peaks }: Wave,
  width: number,
  progress: number,
): void {
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(HEIGHT * scale);
  context.scale(scale, scale);
  context.clearRect(0, 0, width, HEIGHT);
  const style = getComputedStyle(canvas);
  const lane = HEIGHT / peaks.length;
  const bars = Math.floor(width / BAR);
  peaks.forEach((peak, channel) => {
    context.fillStyle = style.getPropertyValue(COLOURS[channel % COLOURS.length] ?? "") || "gray";
    for (let bar = 0; bar < bars; bar += 1) {
      const [from, to] = [Math.floor((bar * peak.length) / bars), Math.ceil(((bar + 1) * peak.length) / bars)];
      let loud = 0;
      for (let slice = from; slice < to; slice += 1) loud = Math.max(loud, peak[slice] ?? 0);
      // Square root: speech is far from full scale most of the time.
      const height = Math.max(1, Math.sqrt(loud) * (lane - 4));
      context.globalAlpha = bar / bars < progress ? 1 : 0.45;
      context.fillRect(bar * BAR, lane * (channel + 0.5) - height / 2, BAR - 1, height);
    }
  });
}
