"""In-band DTMF for many legs at once: one matrix product per frame (ITU-T Q.23, Q.24). Pure.

A window of two frames (40 ms) is compared with the eight frequencies. What counts as a digit: one frequency of each
group, neither too weak beside the other nor beside the rest of the sound, twice in a row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
I16 = NDArray[np.int16]
F32 = NDArray[np.float32]

RATE = 8000
FRAME = 160
WINDOW = 2 * FRAME
FRAME_MS = 20
FREQUENCIES = (697, 770, 852, 941, 1209, 1336, 1477, 1633)
DIGITS = "123A456B789C*0#D"
NONE = -1

_LEAST = 500.0  # amplitude of either tone: -33 dBm0; Q.24 asks for -25
_TWIST = (0.36, 1.75)  # high over low: 8 dB less to 4 dB more, with a little room
_RIVAL = 0.4  # the next frequency of the group is 8 dB lower
_PURITY = 0.75  # share of the power that the two tones have; speech has its power in many
_OFF = (0.988, 1.0, 1.012)  # each frequency is looked for beside its place too: 1.5 % off is to be heard
_NEEDED = 2
_MISSES = 2


def _basis() -> tuple[F32, F32]:
    shape = np.hamming(WINDOW)
    turn = 2 * np.pi * np.outer(np.arange(WINDOW), np.outer(_OFF, FREQUENCIES).ravel()) / RATE
    both = np.concatenate([np.cos(turn), np.sin(turn)], axis=1) * shape[:, None] * (2 / shape.sum())
    return both.astype(np.float32), (shape**2 / (shape**2).sum()).astype(np.float32)


_BASIS, _WEIGHT = _basis()


def classify(windows: F32) -> I64:
    """The digit (index into DIGITS) in each of ``windows`` (n, WINDOW), NONE where there is none."""
    parts = windows @ _BASIS
    half = parts.shape[1] // 2
    level = np.sqrt(parts[:, :half] ** 2 + parts[:, half:] ** 2).reshape(-1, len(_OFF), 8).max(axis=1)
    groups = np.sort(level.reshape(-1, 2, 4), axis=2)
    low, high = groups[:, 0, 3], groups[:, 1, 3]
    fits = (low >= _LEAST) & (high >= _LEAST)
    fits &= (high >= _TWIST[0] * low) & (high <= _TWIST[1] * low)
    fits &= (groups[:, :, 2] <= _RIVAL * groups[:, :, 3]).all(axis=1)
    fits &= (low**2 + high**2) / 2 >= _PURITY * (windows**2 @ _WEIGHT)
    digit = level[:, :4].argmax(axis=1) * 4 + level[:, 4:].argmax(axis=1)
    return np.where(fits, digit, NONE)


@dataclass(frozen=True, slots=True)
class Detected:
    """A digit that is over."""

    row: int
    digit: str
    duration_ms: int


class Detector:
    """Keeps, for each of ``capacity`` rows, the last frame and the digit that is going on."""

    def __init__(self, capacity: int) -> None:
        self._last = np.zeros((capacity, FRAME), np.int16)
        self._digit = np.full(capacity, NONE, np.int64)
        self._windows = np.zeros(capacity, np.int64)
        self._misses = np.zeros(capacity, np.int64)

    def reset(self, row: int) -> None:
        """Another leg has the row."""
        self._last[row] = 0
        self._digit[row] = NONE
        self._windows[row] = self._misses[row] = 0

    def feed(self, rows: I64, frames: I16) -> list[Detected]:
        """The next frame (n, FRAME) of each of the distinct ``rows``; digits that are over with it."""
        windows = np.concatenate([self._last[rows], frames], axis=1).astype(np.float32)
        self._last[rows] = frames
        digit = classify(windows)
        before = self._digit[rows]
        same = (digit != NONE) & (digit == before)
        self._windows[rows[same]] += 1
        self._misses[rows[same]] = 0
        missed = (before != NONE) & ~same
        self._misses[rows[missed]] += 1
        over = missed & ((digit != NONE) | (self._misses[rows] >= _MISSES))
        told = [
            Detected(row, DIGITS[self._digit[row]], (int(self._windows[row]) + 1) * FRAME_MS)
            for row in rows[over].tolist()
            if self._windows[row] >= _NEEDED
        ]
        begins = over | ((before == NONE) & (digit != NONE))
        self._digit[rows[begins]] = digit[begins]
        self._windows[rows[begins]] = (digit[begins] != NONE).astype(np.int64)
        self._misses[rows[begins]] = 0
        return told
