"""Comfort noise (RFC 3389): what a peer sends in place of silence, and what is heard meanwhile. Pure.

Of the payload the level is used; the spectrum that may follow it is for who models the room (§3.2 lets it be left).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

PAYLOAD_TYPE = 13
FRAME = 160
LOUDEST = 30  # -dBov: nobody is to be deafened by a payload
QUIETEST = 127
OURS = bytes([70])  # what we say of our own silence
_OVERLOAD = 32767.0
_LENGTH = 8192
_NOISE = np.random.default_rng(3389).normal(0.0, 1.0, _LENGTH + FRAME).astype(np.float32)
_WINDOWS = np.lib.stride_tricks.sliding_window_view(_NOISE, FRAME)


def rms_of(levels: U8) -> F32:
    """RMS in samples of the level octets of payloads (§3.1: 0-127 is -dBov; the highest bit is nothing)."""
    quiet = np.clip(levels & 0x7F, LOUDEST, QUIETEST).astype(np.float32)
    rms: F32 = (_OVERLOAD * 10.0 ** (-quiet / 20.0)).astype(np.float32)
    return rms


def frames(rms: F32, seeds: I64) -> F32:
    """A frame (n, 160) of noise for each; equal ``seeds`` give equal noise."""
    noise: F32 = _WINDOWS[(seeds * 2_654_435_761 >> 7) % _LENGTH] * rms[:, None]
    return noise
