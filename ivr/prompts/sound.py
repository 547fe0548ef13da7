"""Sound files as telephones hear them: 8 kHz, 16 bit, mono, at one level."""

from __future__ import annotations

import os
import wave
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from ivr.errors import SoundFileError
from ivr.prompts.riff import read_riff, samples_of

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
    """Mono samples (−1…1) of a WAV file, and their rate. Raises SoundFileError."""
    try:
        format_, sound = read_riff(path.read_bytes())
        if len(sound) * 8 > format_.bits * format_.channels * format_.rate * MAX_SECONDS:
            raise SoundFileError(f"longer than {MAX_SECONDS} s")
        return samples_of(format_, sound), format_.rate
    except (OSError, SoundFileError) as error:
        raise SoundFileError(f"{path}: not a WAV file that can be used: {error}") from None


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
