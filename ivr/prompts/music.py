"""Music on hold, made here so that nobody owns it: soft broken chords, thirty seconds that end where they begin."""

from __future__ import annotations

import numpy as np

from ivr.prompts.sound import RATE, Samples, levelled

SECONDS = 32
LEVEL_DBFS = -24.0

_LINE_TEST_TONES = (440.0, 700.0)
_CLEARANCE_HZ = 75.0
"""No partial comes nearer than this to tones that lines are tested with."""

_NOTES = {
    "C3": 130.81, "D3": 146.83, "E3": 164.81, "G3": 196.00, "B3": 246.94, "C4": 261.63, "D4": 293.66, "E4": 329.63,
    "B4": 493.88, "C5": 523.25, "D5": 587.33, "G5": 783.99, "B5": 987.77,
}  # fmt: skip

# Two bars of four beats for each chord: the bass note, then what the right hand breaks over it.
_CHORDS = (
    ("C3", ("E3", "G3", "C4", "E4", "C5", "E4", "C4", "G3")),
    ("E3", ("G3", "B3", "D4", "E4", "B4", "E4", "D4", "B3")),
    ("G3", ("B3", "D4", "G5", "D5", "B4", "D5", "D4", "B3")),
    ("D3", ("G3", "B3", "D4", "D5", "B4", "D4", "B3", "G3")),
)
_NOTE_S = 0.5


def hold_music() -> Samples:
    """The piece: 8 kHz mono, −1…1, fit to be played in a loop."""
    sound = np.zeros(SECONDS * RATE, np.float32)
    chord_s = SECONDS / (2 * len(_CHORDS))
    for repetition in range(2):
        for number, (bass, broken) in enumerate(_CHORDS):
            start = (repetition * len(_CHORDS) + number) * chord_s
            _add(sound, start, _NOTES[bass], chord_s + 1.0, 0.5)
            for step, note in enumerate(broken):
                _add(sound, start + step * _NOTE_S, _NOTES[note], 2.4, 0.32 if step % 4 else 0.4)
    return levelled(sound, LEVEL_DBFS)


def _add(sound: Samples, start_s: float, hertz: float, seconds: float, loudness: float) -> None:
    """A plucked note that fades; what rings past the end is heard at the beginning, so that the loop has no seam."""
    at = np.arange(int(seconds * RATE)) / RATE
    note = np.zeros(len(at))
    for partial, share in ((1, 1.0), (2, 0.28), (3, 0.1)):
        pitch = hertz * partial
        if all(abs(pitch - tone) >= _CLEARANCE_HZ for tone in _LINE_TEST_TONES) or (partial == 1 and _is_clear(pitch)):
            note += share * np.sin(2 * np.pi * pitch * at) * np.exp(-at * (1.1 + 0.6 * partial))
    note *= loudness * np.minimum(1, at / 0.012) * np.minimum(1, (seconds - at) / 0.1)
    where = (int(start_s * RATE) + np.arange(len(note))) % len(sound)
    np.add.at(sound, where, note.astype(np.float32))


def _is_clear(pitch: float) -> bool:
    return all(abs(pitch - tone) > 50 for tone in _LINE_TEST_TONES)
