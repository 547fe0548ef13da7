/** A WAV file (16-bit mono PCM) of what was recorded, so that the server needs to know one format only. */

const RATE = 16_000;
const HEAD = 44;

/** The recording resampled by the browser itself. */
export async function toWav(recorded: Blob): Promise<Blob> {
  const context = new AudioContext();
  try {
    const sound = await context.decodeAudioData(await recorded.arrayBuffer());
    const offline = new OfflineAudioContext(1, Math.max(1, Math.ceil(sound.duration * RATE)), RATE);
    const source = offline.createBufferSource();
    source.buffer = sound;
    source.connect(offline.destination);
    source.start();
    return new Blob([wavOf((await offline.startRendering()).getChannelData(0), RATE)], { type: "audio/wav" });
  } finally {
    await context.close();
  }
}

/** Samples from −1 to 1 as a file. */
export function wavOf(samples: Float32Array, rate: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(HEAD + 2 * samples.length));
  const text = (at: number, word: string) =>
    [...word].forEach((letter, place) => view.setUint8(at + place, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, HEAD - 8 + 2 * samples.length, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, place) =>
    view.setInt16(HEAD + 2 * place, Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), true),
  );
  return view.buffer as ArrayBuffer;
}
