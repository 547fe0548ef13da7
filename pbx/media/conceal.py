"""Hiding lost frames: the last pitch period is repeated and fades away (after ITU-T G.711 Appendix I).

The pitch is where the sound before the gap resembles itself most (normalised cross-correlation, 66–200 Hz); after 10 ms
the repetition falls by a fifth every 10 ms, so that a gap of more than 60 ms ends in silence.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
I16 = NDArray[np.int16]
F32 = NDArray[np.float32]

FRAME = 160
HISTORY = 480  # samples before the gap that are looked at
SHORTEST, LONGEST = 40, 120
TEMPLATE = 160
JOIN = 32  # samples of overlap where the sound comes back
FADE_FRAMES = 3


def periods(history: I16) -> I64:
    """Pitch period of the end of each history (n, HISTORY), in samples."""
    sound = history.astype(np.float32)
    template = sound[:, -TEMPLATE:]
    lags = np.arange(SHORTEST, LONGEST + 1)
    windows = np.lib.stride_tricks.sliding_window_view(sound, TEMPLATE, axis=1)[:, HISTORY - TEMPLATE - lags]
    likeness = np.einsum("nlt,nt->nl", windows, template)
    energy = np.einsum("nlt,nlt->nl", windows, windows)
    best = np.argmax(likeness / np.sqrt(energy + 1.0), axis=1)
    found: I64 = lags[best].astype(np.int64)
    return found


def fill(history: I16, lost: I64, ahead: I64 | None = None) -> I16:
    """A frame for each gap (n, FRAME); ``lost`` counts the frames already missing before it.

    ``ahead``: how many samples have been repeated already that are no part of the history (a multiple of FRAME).
    """
    made = np.zeros((len(history), FRAME), np.int16)
    if len(history) == 0:
        return made
    audible = np.flatnonzero((lost < FADE_FRAMES) & history.any(axis=1))
    if len(audible) == 0:
        return made
    past = history[audible]
    period = periods(past)
    outside = np.zeros(len(audible), np.int64) if ahead is None else ahead[audible]
    each = outside[:, None] + np.arange(FRAME)
    at = HISTORY - period[:, None] + each % period[:, None]
    repeated = np.take_along_axis(past, at, axis=1).astype(np.float32)
    made[audible] = (repeated * _fade(lost[audible], outside > 0)).astype(np.int16)
    return made


def join(history: I16, frames: I16, lost: I64, ahead: I64 | None = None) -> I16:
    """Let the sound come back after a gap without a click: the repetition goes on under its first samples."""
    tail = fill(history, np.minimum(lost, FADE_FRAMES), ahead)[:, :JOIN].astype(np.float32)
    rise = np.arange(1, JOIN + 1, dtype=np.float32) / (JOIN + 1)
    joined = frames.copy()
    joined[:, :JOIN] = (frames[:, :JOIN] * rise + tail * (1 - rise)).astype(np.int16)
    return joined


def _fade(lost: I64, outside: NDArray[np.bool_]) -> F32:
    """Gain per sample: full for the first 10 ms of a gap, then a straight line to nothing at 60 ms.

    The history of a second lost frame is the concealed first one, faded already, so each gain is relative to it; unless
    what was made before is ``outside`` of the history.
    """
    at = lost[:, None] * 20.0 + np.arange(FRAME) / 8.0
    gain = np.clip((60.0 - at) / 50.0, 0.0, 1.0)
    before = np.where(outside, 1.0, np.clip((60.0 - lost * 20.0) / 50.0, 0.05, 1.0))[:, None]
    relative: F32 = (gain / before).astype(np.float32)
    return relative
