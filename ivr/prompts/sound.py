"""Sound files as telephones hear them: 8 kHz, 16 bit, mono, at one level."""

from __future__ import annotations

import os
import wave
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from ivr.errors import SoundFileError

RATE = 8000
LEVEL_DBFS = -20.0
"""Active speech level (RMS of what is not silence), near the nominal level of telephone speech (ITU-T P.56)."""
PEAK = 0.89
MAX_SECONDS = 600

Samples = NDArray[np.float32]


def telephone(samples: Samples, rate: int) -> Samples:
    """Resample ``samples`` (mono, −1…1) to 8 kHz, cut the silence at both ends, and bring it to the common level."""
    sound: Samples = np.asarray(soxr.resample(samples, rate, RATE), dtype=np.float32) if rate != RATE else samples
    sound = levelled(trimmed(sound))
    fade = min(40, len(sound) // 2)
    if fade:
        ramp = np.linspace(0, 1, fade, dtype=np.float32)
        sound[:fade] *= ramp
        sound[-fade:] *= ramp[::-1]
    return sound


def trimmed(sound: Samples, before_s: float = 0.02, after_s: float = 0.12) -> Samples:
    """Without the silence at the ends, but for a little."""
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    if not len(loud):
        return sound[:0]
    first = max(0, loud[0] - int(before_s * RATE))
    return sound[first : loud[-1] + int(after_s * RATE)].copy()


def active_rms(sound: Samples) -> float:
    """RMS of the 20 ms frames that are not silence."""
    frames = sound[: len(sound) // 160 * 160].reshape(-1, 160)
    power = np.mean(frames.astype(np.float64) ** 2, axis=1)
    active = power[power > 1e-4 * power.max()] if len(power) else power
    return float(np.sqrt(active.mean())) if len(active) else 0.0


def levelled(sound: Samples, level_dbfs: float = LEVEL_DBFS) -> Samples:
    """At the wanted active level; peaks are bent rather than cut."""
    rms = active_rms(sound)
    if rms <= 0:
        return sound
    louder: Samples = sound * np.float32(10 ** (level_dbfs / 20) / rms)
    over = np.abs(louder) > PEAK / 2
    bent = np.sign(louder) * (PEAK / 2 + PEAK / 2 * np.tanh((np.abs(louder) - PEAK / 2) / (PEAK / 2)))
    return np.where(over, bent, louder).astype(np.float32)


def read_wav(path: Path) -> tuple[Samples, int]:
    """Mono samples (−1…1) and their rate from a PCM WAV file of 8, 16 or 32 bit. Raises SoundFileError."""
    try:
        with wave.open(str(path), "rb") as file:
            rate, channels, width = file.getframerate(), file.getnchannels(), file.getsampwidth()
            if not 4000 <= rate <= 192000 or file.getnframes() > rate * MAX_SECONDS:
                raise SoundFileError(f"{path}: {rate} Hz, {file.getnframes()} frames; allowed: up to {MAX_SECONDS} s")
            raw = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise SoundFileError(f"{path}: not a WAV file that can be read: {error}") from None
    samples: Samples
    if width == 1:
        samples = (np.frombuffer(raw, np.uint8).astype(np.float32) - np.float32(128)) / np.float32(128)
    elif width in {2, 4}:
        kind = "<i2" if width == 2 else "<i4"
        whole = len(raw) // width * width
        samples = np.frombuffer(raw[:whole], kind).astype(np.float32) / np.float32(1 << (8 * width - 1))
    else:
        raise SoundFileError(f"{path}: {8 * width} bit; allowed: 8, 16 or 32 bit PCM")
    whole = len(samples) // channels * channels
    return samples[:whole].reshape(-1, channels).mean(axis=1, dtype=np.float32), rate


def write_wav(path: Path, sound: Samples) -> float:
    """Write 8 kHz samples (−1…1) as 16-bit mono WAV, all at once; the duration in seconds. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    pcm = np.clip(np.round(sound * 32767), -32768, 32767).astype("<i2")
    try:
        with wave.open(str(part), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(pcm.tobytes())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return len(pcm) / RATE
