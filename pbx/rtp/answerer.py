"""Who has answered an outgoing call, for many legs at once: a person, or a machine that plays its greeting. Pure.

A person says a word or a sentence and waits; a machine speaks on, and ends with a beep. What is looked at is energy and
cadence, 20 ms at a time: how long somebody speaks without a pause, and whether what sounds is a single steady tone
(tones before any speech are what is left of the ringing). `benchmarks/answerer.py` measures how often that is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
I16 = NDArray[np.int16]
F32 = NDArray[np.float32]
BOOL = NDArray[np.bool_]

Verdict = Literal["human", "machine", "unknown"]
Sign = Literal["beep", "silence"]

RATE = 8000
FRAME = 160
FRAME_S = FRAME / RATE
_WINDOW = 2 * FRAME
_BIN_HZ = RATE / _WINDOW

_FULL_SCALE = 90.3  # dB of a frame whose samples are all at the limit; levels below are dBov
_LEAST = -46.0  # nothing quieter is speech, nor a tone
_ABOVE_NOISE = 9.0  # dB by which speech stands out of the noise of the line
_BLOCKS, _BLOCK = 8, 10  # the noise is the quietest frame of the last 1.6 s, kept in blocks of 200 ms
_VARIES = 2.5  # dB, standard deviation: speech is louder and softer all the time, noise is not
_TELLS = 25  # frames after which that can be told

_PURE = 0.93  # share of the power that a tone of one or two frequencies has
_TONE_HZ = (300.0, 2600.0)
_STEADY = 2.5  # dB, from one frame of a tone to the next
_BEEP = (6, 150)  # frames
_LINE_TONE_HZ = 700.0  # ringing, busy and the like are below
_HARDLY = 10  # frames of speech: less before a tone is the click of the line

_WORD = 4  # frames: shorter sounds are clicks
_BREATH = 20  # a shorter silence is part of what is being said
_PAUSE = 45  # after which who has spoken waits for an answer
_LONG = 130  # frames without a pause: nobody who picks up says so much
_PATIENCE = 200  # frames until nothing more is waited for
_MUCH = 100  # speech until then, by who still speaks
_LIMIT = 240  # of frames where somebody speaks
_ENDED = 125  # frames of silence: the greeting is over, though no beep was heard

_OFF, _JUDGING, _LISTENING = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Judged:
    """Who has answered; ``after_ms`` from the beginning, ``spoken_ms`` of it with speech."""

    row: int
    verdict: Verdict
    after_ms: int
    spoken_ms: int


@dataclass(frozen=True, slots=True)
class Listens:
    """The machine has come to the end of its greeting, told by a beep, or by silence."""

    row: int
    sign: Sign


class AnswererDetector:
    """Keeps, for each of ``capacity`` rows, what has been heard since ``begin``."""

    def __init__(self, capacity: int) -> None:
        self._mode = np.zeros(capacity, np.int8)
        self._age = np.zeros(capacity, np.int64)  # frames; what is left of the ringing does not count
        self._spoken = np.zeros(capacity, np.int64)  # frames of speech, short silences within it included
        self._quiet = np.zeros(capacity, np.int64)  # frames since the last sound
        self._run = np.zeros(capacity, np.int64)  # frames of sound in a row
        self._levels = np.zeros((capacity, 2), np.float64)  # sum and sum of squares of the levels of what was spoken
        self._heard = np.zeros(capacity, np.int64)  # how many those are
        self._lowest = np.full((capacity, _BLOCKS), np.inf, np.float32)
        self._last = np.zeros((capacity, FRAME), np.int16)
        self._peak = np.zeros(capacity, np.int64)  # bin of the tone that sounds
        self._loud = np.zeros(capacity, np.float32)
        self._tone = np.zeros(capacity, np.int64)  # frames of it

    def begin(self, row: int) -> None:
        """Somebody has answered on this row."""
        self._mode[row] = _JUDGING
        for column in (self._age, self._spoken, self._quiet, self._run, self._heard, self._tone, self._last):
            column[row] = 0
        self._levels[row] = 0
        self._lowest[row] = np.inf

    def end(self, row: int) -> None:
        """Nobody wants to know any more."""
        self._mode[row] = _OFF

    def feed(self, rows: I64, frames: I16) -> list[Judged | Listens]:
        """The next frame (n, FRAME) of each of the distinct ``rows``, which have begun and not ended."""
        windows = np.concatenate([self._last[rows], frames], axis=1).astype(np.float32)
        self._last[rows] = frames
        level = _level(windows[:, FRAME:])
        ended = self._follow_tones(rows, windows, level)
        self._follow_speech(rows, level)
        sounding = self._tone[rows] >= 2
        waits_for_speech = (self._spoken[rows] < _HARDLY) & sounding
        self._age[rows] += ~waits_for_speech
        return [*self._judge(rows, ended), *self._hear_the_end(rows, ended)]

    # --- What is heard ------------------------------------------------------------------------------------------------

    def _follow_tones(self, rows: I64, windows: F32, level: F32) -> I64:
        """Count the frames of the tone that sounds; the frequency (Hz) of one that is over now as a beep is, else 0."""
        share, peak = _lines(windows)
        before, peak_before = self._tone[rows], self._peak[rows]
        hertz = peak * _BIN_HZ
        pure = (share >= _PURE) & (level >= _LEAST) & (hertz >= _TONE_HZ[0]) & (hertz <= _TONE_HZ[1])
        steady = (np.abs(peak - peak_before) <= 1) & (np.abs(level - self._loud[rows]) <= _STEADY)
        goes_on = pure & steady & (before > 0)
        over = (before >= _BEEP[0]) & (before <= _BEEP[1]) & ~goes_on
        self._tone[rows] = np.where(goes_on, before + 1, pure)
        self._peak[rows] = peak
        self._loud[rows] = level
        return np.where(over, peak_before * _BIN_HZ, 0).astype(np.int64)

    def _follow_speech(self, rows: I64, level: F32) -> None:
        block = (self._age[rows] // _BLOCK) % _BLOCKS
        first = self._age[rows] % _BLOCK == 0
        lowest = np.where(first, level, np.minimum(self._lowest[rows, block], level))
        self._lowest[rows, block] = lowest
        noise = self._lowest[rows].min(axis=1)
        loud = level >= np.maximum(noise + _ABOVE_NOISE, _LEAST)
        loud &= self._tone[rows] < 3
        run = np.where(loud, self._run[rows] + 1, 0)
        self._run[rows] = run
        speaks = run >= _WORD
        quiet = self._quiet[rows]
        begins = run == _WORD
        within = np.where(begins & (self._spoken[rows] > 0) & (quiet <= _BREATH + _WORD), quiet + 1 - _WORD, 0)
        self._spoken[rows] += np.where(begins, _WORD + np.maximum(within, 0), speaks)
        self._quiet[rows] = np.where(speaks, 0, quiet + 1)
        told = rows[loud]
        self._levels[told, 0] += level[loud]
        self._levels[told, 1] += level[loud].astype(np.float64) ** 2
        self._heard[told] += 1
        self._leave_out_noise(rows)

    def _leave_out_noise(self, rows: I64) -> None:
        """A noise that has begun is louder than what was before it, but it does not vary as speech does."""
        count = self._heard[rows]
        mean = self._levels[rows] / np.maximum(count, 1)[:, None]
        flat = (count >= _TELLS) & (mean[:, 1] - mean[:, 0] ** 2 < _VARIES**2)
        if flat.any():
            noise = rows[flat]
            self._lowest[noise] = mean[flat, :1]
            self._spoken[noise] = self._heard[noise] = 0
            self._levels[noise] = 0

    # --- What it means ------------------------------------------------------------------------------------------------

    def _judge(self, rows: I64, beep: I64) -> list[Judged | Listens]:
        judging = self._mode[rows] == _JUDGING
        spoken, quiet, age = self._spoken[rows], self._quiet[rows], self._age[rows]
        has_spoken = spoken >= _WORD
        machine = (spoken >= _LONG) | ((age >= _PATIENCE) & (spoken >= _MUCH) & (quiet < _PAUSE))
        machine |= (beep > 0) & ((spoken >= _HARDLY) | (beep > _LINE_TONE_HZ))
        human = has_spoken & (quiet >= _PAUSE) & ~machine
        speaks = has_spoken & (quiet < _PAUSE)
        unknown = np.where(speaks, age >= _LIMIT, age >= _PATIENCE) & ~machine & ~human
        told: list[Judged | Listens] = []
        for found, verdict in ((machine, "machine"), (human, "human"), (unknown, "unknown")):
            for place in np.flatnonzero(found & judging).tolist():
                row = int(rows[place])
                self._mode[row] = _LISTENING if verdict == "machine" else _OFF
                told.append(Judged(row, verdict, _ms(age[place]), _ms(spoken[place])))  # type: ignore[arg-type]
        return told

    def _hear_the_end(self, rows: I64, beep: I64) -> list[Judged | Listens]:
        listening = self._mode[rows] == _LISTENING
        heard = listening & (beep > 0)
        silent = listening & ~heard & (self._quiet[rows] >= _ENDED) & (self._tone[rows] == 0)
        self._mode[rows[heard | silent]] = _OFF
        told: list[Judged | Listens] = [Listens(int(row), "beep") for row in rows[heard]]
        return [*told, *(Listens(int(row), "silence") for row in rows[silent])]


def _level(frames: F32) -> F32:
    """dBov of each frame (n, FRAME)."""
    power: F32 = 10 * np.log10((frames**2).mean(axis=1) + 1.0) - np.float32(_FULL_SCALE)
    return power


def _lines(windows: F32) -> tuple[F32, I64]:
    """Of each window (n, 40 ms): the share of its power that its two strongest lines have, and the bin of the first."""
    spectrum = np.abs(np.fft.rfft(windows * _HANN, axis=1)) ** 2
    each = np.arange(len(spectrum))
    total = spectrum.sum(axis=1) + 1e-3
    first = spectrum.argmax(axis=1)
    share = _take_line(spectrum, each, first)
    share += _take_line(spectrum, each, spectrum.argmax(axis=1))
    return (share / total).astype(np.float32), first


def _take_line(spectrum: F32, each: I64, at: I64) -> F32:
    """Cut the line around bin ``at`` out of each spectrum; its power."""
    bins = np.clip(at[:, None] + np.arange(-2, 3), 0, spectrum.shape[1] - 1)
    power: F32 = spectrum[each[:, None], bins].sum(axis=1)
    spectrum[each[:, None], bins] = 0
    return power


def _ms(frames: np.int64) -> int:
    return round(int(frames) * FRAME_S * 1000)


_HANN = np.hanning(_WINDOW).astype(np.float32)
