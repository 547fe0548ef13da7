"""ITU-T G.722 at 64 kbit/s through the G722 library; sound goes in and comes out at 8 kHz, the band that is mixed.

The lower band of G.722 is what a telephone's bandwidth is: the library leaves the upper one empty, or away.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pbx.media.errors import CodecError

try:
    from G722 import G722
except ImportError:  # there is no wheel for every machine
    G722 = None

I16 = NDArray[np.int16]

RATE = 8000
BITRATE = 64_000
MAX_PACKET = 960  # 120 ms: one octet for each sample of the lower band


def is_available() -> bool:
    """Whether this machine can speak G.722."""
    return G722 is not None


class G722Codec:
    """One direction of one stream. Raises CodecError when the library is missing."""

    def __init__(self) -> None:
        if G722 is None:
            raise CodecError("no G.722 on this machine")
        self._state = G722(RATE, BITRATE)

    def encode(self, samples: I16) -> bytes:
        """One octet for each sample (8 kHz)."""
        return bytes(self._state.encode(np.ascontiguousarray(samples, np.int16)))

    def decode(self, packet: bytes) -> I16:
        """One sample (8 kHz) for each octet. Raises CodecError."""
        if not 0 < len(packet) <= MAX_PACKET:
            raise CodecError(f"{len(packet)} octets of G.722; allowed: 1-{MAX_PACKET}")
        return np.frombuffer(self._state.decode(packet), np.int16)
