/** What a wave form needs of a WAV file: per channel the loudest sample of each slice of time. */

export class WaveError extends Error {}

export interface Wave {
  /** One array per channel, `slices` values of 0…1 each. */
  peaks: Float32Array[];
  duration_s: number;
}

const PCM = 1;

/** Reads 16-bit PCM in a RIFF file (as the recorder writes it). Raises WaveError. */
export function wave(bytes: ArrayBuffer, slices: number): Wave {
  const view = new DataView(bytes);
  if (bytes.byteLength < 12 || tag(view, 0) !== "RIFF" || tag(view, 8) !== "WAVE")
    throw new WaveError("not a WAV file");
  let channels = 0;
  let rate = 0;
  for (let place = 12; place + 8 <= bytes.byteLength;) {
    const [name, size] = [tag(view, place), view.getUint32(place + 4, true)];
    if (name === "fmt ") {
      if (size < 16 || place + 24 > bytes.byteLength) throw new WaveError("a cut format");
      [channels, rate] = [view.getUint16(place + 10, true), view.getUint32(place + 12, true)];
      if (view.getUint16(place + 8, true) !== PCM || view.getUint16(place + 22, true) !== 16)
        throw new WaveError("not 16-bit PCM");
    } else if (name === "data") {
      if (channels === 0 || rate === 0) throw new WaveError("no format before the sound");
      const length = Math.min(size, bytes.byteLength - place - 8);
      return measure(view, place + 8, Math.floor(length / (2 * channels)), channels, rate, slices);
    }
    place += 8 + size + (size % 2);
  }
  throw new WaveError("no sound in it");
}

function measure(view: DataView, start: number, frames: number, channels: number, rate: number, slices: number): Wave {
  const peaks = Array.from({ length: channels }, () => new Float32Array(slices));
  for (let frame = 0; frame < frames; frame += 1) {
    const slice = Math.min(slices - 1, Math.floor((frame * slices) / frames));
    for (let channel = 0; channel < channels; channel += 1) {
      const loud = Math.abs(view.getInt16(start + 2 * (frame * channels + channel), true)) / 32768;
      const peak = peaks[channel];
      if (peak !== undefined && loud > (peak[slice] ?? 0)) peak[slice] = loud;
    }
  }
  return { peaks, duration_s: frames / rate };
}

function tag(view: DataView, place: number): string {
  return String.fromCharCode(
    view.getUint8(place),
    view.getUint8(place + 1),
    view.getUint8(place + 2),
    view.getUint8(place + 3),
  );
}
