"""What a receiver knows of the streams that it hears (RFC 3550 §6.4.1, A.1, A.3, A.8), as columns.

All arrays have one entry per packet, at most one packet per stream at a time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
U64 = NDArray[np.uint64]
BOOL = NDArray[np.bool_]

MAX_DROPOUT = 3000
WINDOW = 64


def extend(reference: I64, low: I64, bits: int) -> I64:
    """The extended counter nearest to ``reference`` whose low ``bits`` are ``low``."""
    size = 1 << bits
    half = size >> 1
    return reference + ((low - reference + half) & (size - 1)) - half


def jitter(previous: F64, transit: I64, last_transit: I64) -> F64:
    """Interarrival jitter J after one more packet, in timestamp units (A.8)."""
    after: F64 = previous + (np.abs(transit - last_transit) - previous) / 16.0
    return after


def seen(window: U64, highest: I64, sequence: I64) -> tuple[U64, BOOL]:
    """Mark ``sequence`` (extended) in a window of the 64 numbers up to ``highest``.

    Returns the new windows and which packets are duplicates or too old to tell. Bit 0 stands for the highest number.
    """
    ahead = sequence - highest
    shift = np.clip(ahead, 0, WINDOW - 1).astype(np.uint64)
    moved = np.where(ahead >= WINDOW, np.uint64(0), window << shift)
    back = np.clip(-ahead, 0, WINDOW - 1).astype(np.uint64)
    bit = np.uint64(1) << np.where(ahead > 0, np.uint64(0), back)
    too_old = -ahead >= WINDOW
    duplicate = (ahead <= 0) & (((moved & bit) != 0) | too_old)
    return np.where(too_old, moved, moved | bit), duplicate


def fraction_lost(expected: int, received: int) -> int:
    """The loss of one report interval as a fraction of 256 (A.3)."""
    lost = expected - received
    return 0 if expected <= 0 or lost <= 0 else min(255, (lost << 8) // expected)
