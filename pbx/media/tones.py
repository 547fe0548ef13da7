"""Tones of the exchange, one period each (ITU-T E.180 as in Spain: 425 Hz), and DTMF (ITU-T Q.23)."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from pbx.rtp.telephone_event import DIGITS

I16 = NDArray[np.int16]

RATE = 8000
LEVEL = 6000
RAMP = 40  # samples over which a tone begins and ends, so that it does not click

# name: (frequencies, seconds) one after the other; no frequency is silence
CADENCES: dict[str, tuple[tuple[tuple[float, ...], float], ...]] = {
    "ringback": (((425.0,), 1.5), ((), 3.0)),
    "busy": (((425.0,), 0.2), ((), 0.2)),
    "congestion": (((425.0,), 0.2), ((), 0.2), ((425.0,), 0.2), ((), 0.2), ((425.0,), 0.2), ((), 0.6)),
    "beep": (((1000.0,), 0.4), ((), 0.1)),
    "join": (((523.25,), 0.12), ((659.25,), 0.16)),
    "leave": (((659.25,), 0.12), ((523.25,), 0.16)),
}
ROWS, COLUMNS = (697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0, 1633.0)
KEYPAD = "123A456B789C*0#D"


@functools.cache
def tone(name: str) -> I16:
    """One period of the tone ``name``; ``dtmf:5`` is the key 5 with its pause. Raises KeyError."""
    if name.startswith("dtmf:"):
        key = KEYPAD.index(name[5:]) if name[5:] in DIGITS and len(name) == 6 else -1
        if key < 0:
            raise KeyError(name)
        steps: tuple[tuple[tuple[float, ...], float], ...] = (((ROWS[key // 4], COLUMNS[key % 4]), 0.12), ((), 0.08))
    else:
        steps = CADENCES[name]
    return np.concatenate([_step(frequencies, seconds) for frequencies, seconds in steps])


def _step(frequencies: tuple[float, ...], seconds: float) -> I16:
    time = np.arange(round(seconds * RATE)) / RATE
    sound = np.zeros(len(time))
    for frequency in frequencies:
        sound += np.sin(2 * np.pi * frequency * time)
    if frequencies:
        ramp = np.minimum(1.0, np.minimum(np.arange(len(time)), np.arange(len(time))[::-1]) / RAMP)
        sound *= ramp / max(1.0, len(frequencies) / 1.5)
    return (sound * LEVEL).astype(np.int16)
