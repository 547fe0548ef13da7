import { describe, expect, it } from "vitest";

import { wave, WaveError } from "./wave";

function wav(frames: number[][], rate = 8000, bits = 16): ArrayBuffer {
  const channels = frames[0]?.length ?? 1;
  const bytes = new ArrayBuffer(44 + frames.length * channels * 2);
  const view = new DataView(bytes);
  const tag = (place: number, name: string) =>
    [...name].forEach((letter, i) => view.setUint8(place + i, letter.charCodeAt(0)));
  tag(0, "RIFF");
  tag(8, "WAVE");
  tag(12, "fmt ");
  tag(36, "data");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint16(34, bits, true);
  view.setUint32(40, frames.length * channels * 2, true);
  frames.flat().forEach((sample, i) => view.setInt16(44 + 2 * i, sample, true));
  return bytes;
}

describe("wave", () => {
  it("keeps the loudest sample of each slice, channel by channel", () => {
    const { peaks, duration_s } = wave(
      wav([
        [100, 0],
        [-16384, 0],
        [0, 8192],
        [0, -32768],
      ]),
      2,
    );
    expect(peaks.map(peak => [...peak])).toEqual([
      [0.5, 0],
      [0, 1],
    ]);
    expect(duration_s).toBe(4 / 8000);
  });
  it("reads a file that was cut", () => {
    expect(wave(wav(Array.from({ length: 100 }, () => [1000])).slice(0, 144), 4).duration_s).toBe(50 / 8000);
  });
  it.each([
    ["nothing", new ArrayBuffer(0)],
    ["something else", new TextEncoder().encode("<html>sorry, no sound</html>").buffer as ArrayBuffer],
    ["another format", wav([[1]], 8000, 24)],
    ["only a head", wav([[1]]).slice(0, 30)],
  ])("refuses %s", (_, bytes) => expect(() => wave(bytes, 4)).toThrow(WaveError));
});
