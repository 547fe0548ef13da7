"""G.711 as tables (ITU-T G.711): one byte to one 16-bit linear sample and back, and µ-law to A-law directly.

``decode`` and ``encode`` work on arrays of any shape. Linear samples are int16 at the full 16-bit scale.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

U8 = NDArray[np.uint8]
I16 = NDArray[np.int16]

PCMU = 0
PCMA = 1
SILENCE = (0xFF, 0xD5)  # the code of zero in each law
SAMPLE_RATE = 8000


def _mu_to_linear() -> I16:
    code = ~np.arange(256, dtype=np.uint8)
    exponent = (code >> 4) & 7
    mantissa = (code & 15).astype(np.int32)
    magnitude = (((mantissa << 3) + 0x84) << exponent) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _a_to_linear() -> I16:
    code = np.arange(256, dtype=np.uint8) ^ 0x55
    exponent = ((code >> 4) & 7).astype(np.int32)
    mantissa = (code & 15).astype(np.int32)
    low = (mantissa << 4) + 8
    magnitude = np.where(exponent == 0, low, (low + 0x100) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _linear_to_code(decode: I16, silence: int) -> U8:
    """For each 16-bit sample (as an unsigned index) the code whose value is nearest."""
    order = np.argsort(decode, kind="stable")
    values = decode[order].astype(np.int32)
    samples = np.arange(-32768, 32768, dtype=np.int32)
    borders = (values[1:] + values[:-1]) / 2
    nearest = order[np.searchsorted(borders, samples)].astype(np.uint8)
    nearest[samples == 0] = silence
    table = np.empty(65536, np.uint8)
    table[samples.astype(np.uint16)] = nearest
    return table


DECODE: NDArray[np.int16] = np.stack([_mu_to_linear(), _a_to_linear()])  # (law, 256)
ENCODE: NDArray[np.uint8] = np.stack(
    [_linear_to_code(DECODE[law], SILENCE[law]) for law in (PCMU, PCMA)]
)  # (law, 65536)
CONVERT: NDArray[np.uint8] = np.stack(
    [ENCODE[PCMA][DECODE[PCMU].view(np.uint16)], ENCODE[PCMU][DECODE[PCMA].view(np.uint16)]]
)


def decode(codes: U8, law: int) -> I16:
    """Linear samples of ``codes``; ``law`` is PCMU or PCMA."""
    samples: I16 = DECODE[law].take(codes)
    return samples


def encode(samples: I16, law: int) -> U8:
    """The nearest codes of ``samples``."""
    codes: U8 = ENCODE[law].take(samples.view(np.uint16))
    return codes


def convert(codes: U8, law: int) -> U8:
    """``codes`` of ``law`` in the other law."""
    converted: U8 = CONVERT[law].take(codes)
    return converted
