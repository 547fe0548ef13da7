"""What a phone says: endless sources of 20 ms frames, 160 samples at 8 kHz."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from tests.kit.g711 import Pcm

RATE = 8000
FRAME = 160


class Source(Protocol):
    """Anything that gives the next frame, ``(160,) int16``."""

    def next_frame(self) -> Pcm: ...


class Silence:
    """Frames of zeros, as a phone with a muted microphone sends."""

    def next_frame(self) -> Pcm:
        return np.zeros(FRAME, np.int16)


class Tone:
    """A sine of ``frequency`` Hz with an unbroken phase; ``level_db`` below full scale."""

    def __init__(self, frequency: float, level_db: float = -12.0) -> None:
        self.frequency = frequency
        self._step = 2 * np.pi * frequency / RATE
        self._amplitude = 32767 * 10 ** (level_db / 20)
        self._at = 0

    def next_frame(self) -> Pcm:
        phase = self._step * (self._at + np.arange(FRAME))
        self._at += FRAME
        frame: Pcm = np.round(self._amplitude * np.sin(phase)).astype(np.int16)
        return frame


class Clip:
    """Samples, once or for ever, then silence."""

    def __init__(self, pcm: Pcm, loop: bool = False) -> None:
        self._pcm = pcm.astype(np.int16)
        self._loop = loop
        self._at = 0

    @property
    def finished(self) -> bool:
        return not self._loop and self._at >= len(self._pcm)

    def next_frame(self) -> Pcm:
        frame = self._pcm[self._at : self._at + FRAME]
        self._at += FRAME
        if len(frame) < FRAME:
            frame = np.concatenate([frame, np.zeros(FRAME - len(frame), np.int16)])
            if self._loop:
                self._at = 0
        return frame
