"""What a piece of sound is: levels, tones, digits, speech, music, silence, and whether one holds another.

Sound is ``(n,) int16`` at 8 kHz unless said otherwise. Levels are in dB relative to a full-scale sine: a sine of
amplitude 32767 is 0 dB, silence is -120 dB.
"""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.kit.g711 import Pcm
from tests.kit.sources import RATE

FLOOR_DB = -120.0
FULL_SCALE_RMS = 32767 / np.sqrt(2)
DTMF_LOW = (697, 770, 852, 941)
DTMF_HIGH = (1209, 1336, 1477, 1633)
DTMF_KEYS = ("123A", "456B", "789C", "*0#D")


@dataclass(frozen=True)
class Wav:
    """A WAV file: ``channels`` is ``(channels, samples) int16``."""

    rate: int
    channels: NDArray[np.int16]

    @property
    def seconds(self) -> float:
        return int(self.channels.shape[1]) / self.rate

    @property
    def left(self) -> Pcm:
        pcm: Pcm = self.channels[0]
        return pcm

    @property
    def right(self) -> Pcm:
        pcm: Pcm = self.channels[1]
        return pcm


def read_wav(source: Path | bytes) -> Wav:
    """A 16-bit PCM WAV file of any channels. Raises wave.Error, ValueError."""
    content = source if isinstance(source, bytes) else source.read_bytes()
    with wave.open(io.BytesIO(content)) as file:
        if file.getsampwidth() != 2:
            raise ValueError(f"{file.getsampwidth() * 8} bits a sample; allowed: 16")
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return Wav(file.getframerate(), samples.reshape(-1, file.getnchannels()).T.copy())


def write_wav(path: Path, pcm: Pcm, rate: int = RATE) -> None:
    """Write mono 16-bit PCM."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm.astype("<i2").tobytes())


def level(pcm: Pcm) -> float:
    """RMS level in dB."""
    return _decibels(float(np.sqrt(np.mean(pcm.astype(np.float64) ** 2))) / FULL_SCALE_RMS) if len(pcm) else FLOOR_DB


def tone_level(pcm: Pcm, frequency: float, rate: int = RATE) -> float:
    """Level in dB of one frequency (Goertzel's question, asked as a correlation under a Hann window)."""
    if len(pcm) < 80:
        return FLOOR_DB
    window = np.hanning(len(pcm))
    turn = np.exp(-2j * np.pi * frequency / rate * np.arange(len(pcm)))
    return _decibels(float(2 * np.abs(np.sum(pcm * window * turn)) / np.sum(window)) / 32767)


def purity(pcm: Pcm, *frequencies: float, width: float = 25.0) -> float:
    """The part (0…1) of the energy that is within ``width`` Hz of ``frequencies``; 0 for silence."""
    if len(pcm) < 160 or level(pcm) < -70:
        return 0.0
    spectrum = np.abs(np.fft.rfft((pcm - pcm.mean()) * np.hanning(len(pcm)))) ** 2
    at = np.fft.rfftfreq(len(pcm), 1 / RATE)
    near = np.any([np.abs(at - frequency) <= width for frequency in frequencies], axis=0)
    return float(spectrum[near].sum() / spectrum.sum())


def is_tone(pcm: Pcm, *frequencies: float, least_db: float = -30.0, least_purity: float = 0.9) -> bool:
    """Only these frequencies, all through: each 100 ms is loud enough and pure."""
    blocks = _blocks(pcm, RATE // 10)
    return len(blocks) > 0 and all(
        level(block) > least_db and purity(block, *frequencies, width=40) > least_purity for block in blocks
    )


def tone_spans(pcm: Pcm, frequency: float, least_purity: float = 0.8) -> list[tuple[float, float]]:
    """Where (seconds from the start) the sound is this tone and little else, in steps of 50 ms."""
    return _spans(
        [
            level(block) > -40 and purity(block, frequency, width=40) > least_purity
            for block in _blocks(pcm, RATE // 20)
        ],
        0.05,
    )


def dominant(pcm: Pcm) -> float:
    """The loudest frequency in Hz; 0 for silence."""
    if len(pcm) < 160 or level(pcm) < -70:
        return 0.0
    spectrum = np.abs(np.fft.rfft((pcm - pcm.mean()) * np.hanning(len(pcm))))
    return float(np.argmax(spectrum) * RATE / len(pcm))


def is_silence(pcm: Pcm, most_db: float = -50.0) -> bool:
    """Nothing louder than comfort noise."""
    return level(pcm) < most_db


def _envelope(pcm: Pcm) -> NDArray[np.float64]:
    frames = _blocks(pcm, 160).astype(np.float64)
    return np.sqrt(np.mean(frames**2, axis=1)) if len(frames) else np.zeros(0)


def activity(pcm: Pcm) -> float:
    """The part (0…1) of 20 ms frames that are not quiet (-45 dB)."""
    envelope = _envelope(pcm)
    return float(np.mean(envelope > FULL_SCALE_RMS * 10 ** (-45 / 20))) if len(envelope) else 0.0


def modulation(pcm: Pcm) -> float:
    """How much the loudness swings from syllable to syllable: its spread, 2–10 Hz, relative to its mean.

    Speech is above 0.4, sustained music and tones are below (Houtgast and Steeneken's modulation index, simplified).
    """
    envelope = _envelope(pcm)
    if len(envelope) < 25 or envelope.mean() < 30:
        return 0.0
    spectrum = np.abs(np.fft.rfft(envelope - envelope.mean())) / len(envelope) * 2
    at = np.fft.rfftfreq(len(envelope), 0.02)
    return float(np.sqrt(np.sum(spectrum[(at >= 2) & (at <= 10)] ** 2) / 2) / envelope.mean())


def is_speech(pcm: Pcm) -> bool:
    """Loud enough, swinging at the pace of syllables, and spread over the spectrum as no tone is."""
    return activity(pcm) > 0.3 and modulation(pcm) > 0.35 and _spread(pcm) > 10


def is_music(pcm: Pcm) -> bool:
    """Sustained sound of several notes: not silent, not one steady tone, not speech."""
    return activity(pcm) > 0.6 and not is_speech(pcm) and not is_tone(pcm, dominant(pcm))


def _spread(pcm: Pcm) -> int:
    """In how many of 24 bands of 150 Hz there is energy within 25 dB of the strongest."""
    spectrum = np.abs(np.fft.rfft(pcm * np.hanning(len(pcm)))) ** 2
    at = np.fft.rfftfreq(len(pcm), 1 / RATE)
    bands = np.array([spectrum[(at >= low) & (at < low + 150)].sum() for low in range(100, 3700, 150)])
    return int(np.sum(bands > bands.max() * 10**-2.5)) if bands.max() > 0 else 0


def find(pcm: Pcm, wanted: Pcm) -> tuple[float, float]:
    """Where ``wanted`` fits best in ``pcm`` (seconds) and how well: normalised correlation, 1 is identical."""
    if len(pcm) < len(wanted) or not np.any(wanted):
        return 0.0, 0.0
    size = 1 << (len(pcm) + len(wanted)).bit_length()
    signal, pattern = pcm.astype(np.float64), wanted.astype(np.float64)
    product = np.fft.irfft(np.fft.rfft(signal, size) * np.conj(np.fft.rfft(pattern, size)), size)
    product = product[: len(pcm) - len(wanted) + 1]
    energy = np.concatenate([[0.0], np.cumsum(signal**2)])
    local = energy[len(wanted) :] - energy[: len(energy) - len(wanted)]
    norm = np.sqrt(np.maximum(local, 1.0) * np.sum(pattern**2))
    best = int(np.argmax(product / norm))
    return best / RATE, float(product[best] / norm[best])


def dtmf(pcm: Pcm) -> str:
    """Digits sounded in the band (ITU-T Q.23), each of at least 40 ms, in order."""
    keys, previous, candidate = "", "", ""
    for block in _blocks(pcm, RATE // 50):
        key = _dtmf_key(block)
        if key and key == candidate and key != previous:
            keys += key
            previous = key
        elif not key:
            previous = ""
        candidate = key
    return keys


def _dtmf_key(block: Pcm) -> str:
    if level(block) < -40:
        return ""
    lows = [tone_level(block, frequency) for frequency in DTMF_LOW]
    highs = [tone_level(block, frequency) for frequency in DTMF_HIGH]
    low, high = int(np.argmax(lows)), int(np.argmax(highs))
    if abs(lows[low] - highs[high]) > 8 or min(lows[low], highs[high]) < level(block) - 9:
        return ""
    return DTMF_KEYS[low][high]


def _blocks(pcm: Pcm, size: int) -> NDArray[Any]:
    return pcm[: len(pcm) // size * size].reshape(-1, size)


def _spans(marks: list[bool], step: float) -> list[tuple[float, float]]:
    spans: list[tuple[float, float]] = []
    for index, marked in enumerate(marks):
        if marked and spans and abs(spans[-1][1] - index * step) < step / 2:
            spans[-1] = (spans[-1][0], (index + 1) * step)
        elif marked:
            spans.append((index * step, (index + 1) * step))
    return spans


def _decibels(ratio: float) -> float:
    return max(FLOOR_DB, float(20 * np.log10(ratio))) if ratio > 0 else FLOOR_DB


def describe(pcm: Pcm) -> str:
    """The sound in words, for a message to a person."""
    if is_silence(pcm):
        return f"silence ({level(pcm):.0f} dB)"
    main = dominant(pcm)
    kind = (
        "speech"
        if is_speech(pcm)
        else "a tone"
        if purity(pcm, main, width=40) > 0.9
        else "music"
        if is_music(pcm)
        else "sound"
    )
    figures = f"active {activity(pcm):.2f}, modulation {modulation(pcm):.2f}, {_spread(pcm)} bands"
    return f"{kind} ({level(pcm):.0f} dB, {main:.0f} Hz, {figures})"
