import { expect, test } from "vitest";

import { wavOf } from "./wav";

test("a recording becomes a file that says what it is", () => {
  const view = new DataView(wavOf(new Float32Array([0, 1, -2]), 16_000));
  const text = (at: number) => String.fromCharCode(...[0, 1, 2, 3].map(place => view.getUint8(at + place)));
  expect([text(0), text(8), text(36)]).toEqual(["RIFF", "WAVE", "data"]);
  expect(view.getUint32(24, true)).toBe(16_000);
  expect([44, 46, 48].map(at => view.getInt16(at, true))).toEqual([0, 32_767, -32_767]);
});
