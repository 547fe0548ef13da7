"""G.711 µ-law and A-law by table (ITU-T G.711), written apart from the product's so that each checks the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Pcm = NDArray[np.int16]
Octets = NDArray[np.uint8]


def _mulaw_tables() -> tuple[Octets, Pcm]:
    samples = np.arange(-32768, 32768, dtype=np.int64)
    magnitude = np.minimum(np.abs(samples), 32635) + 132
    exponent = np.floor(np.log2(magnitude)).astype(np.int64) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    sign = np.where(samples < 0, 0x80, 0)
    encode = (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)
    code = ~np.arange(256, dtype=np.int64) & 0xFF
    linear = ((((code & 0x0F) << 3) + 132) << ((code >> 4) & 7)) - 132
    return encode, np.where(code & 0x80, -linear, linear).astype(np.int16)


def _alaw_tables() -> tuple[Octets, Pcm]:
    samples = np.arange(-32768, 32768, dtype=np.int64)
    magnitude = np.where(samples < 0, -samples - 1, samples) >> 4
    segment = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(np.int64) - 3, 0)
    mantissa = (magnitude >> np.maximum(segment - 1, 0)) & 0x0F
    encode = ((np.where(samples < 0, 0, 0x80) | (segment << 4) | mantissa) ^ 0x55).astype(np.uint8)
    code = np.arange(256, dtype=np.int64) ^ 0x55
    step, inside = (code >> 4) & 7, code & 0x0F
    linear = np.where(step == 0, (inside << 4) + 8, ((inside << 4) + 264) << np.maximum(step - 1, 0))
    return encode, np.where(code & 0x80, linear, -linear).astype(np.int16)


_TABLES = {"PCMU": _mulaw_tables(), "PCMA": _alaw_tables()}


def encode(pcm: Pcm, codec: str) -> bytes:
    """16-bit samples as ``codec`` (``PCMU`` or ``PCMA``), one octet each."""
    octets: Octets = _TABLES[codec][0][pcm.astype(np.int32) + 32768]
    return octets.tobytes()


def decode(payload: bytes, codec: str) -> Pcm:
    """Octets of ``codec`` as 16-bit samples."""
    pcm: Pcm = _TABLES[codec][1][np.frombuffer(payload, dtype=np.uint8)]
    return pcm
