"""The tick: every 20 ms each leg that is not merely relayed is heard and spoken to, all at once, in four phases."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pbx.media import table
from pbx.media.codecs import Codecs
from pbx.media.digits import Digits
from pbx.media.mixing import Mixer
from pbx.media.outgoing import Outgoing
from pbx.media.playback import Playback
from pbx.media.recorder import Recorder
from pbx.media.ring import JitterRing, Pulled
from pbx.media.table import LegTable
from pbx.rtp import g711

I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]

FRAME = 160
PHASES = 4
REMINDER = 4000  # samples between two packets of comfort noise: often enough to keep a NAT's path open
_SILENCE = np.array(g711.SILENCE, np.uint8)


class Tick:
    """One phase at a time: pull, record, mix, play, encode, send.

    ``on_said`` hears what was said in each tick: a frame (n, 160) of each of the rows that are pulled.
    """

    def __init__(
        self,
        legs: LegTable,
        ring: JitterRing,
        recorder: Recorder,
        mixer: Mixer,
        playback: Playback,
        digits: Digits,
        outgoing: Outgoing,
        codecs: Codecs,
    ) -> None:
        self._legs = legs
        self._ring = ring
        self._recorder = recorder
        self._mixer = mixer
        self._playback = playback
        self._digits = digits
        self._outgoing = outgoing
        self._codecs = codecs
        self.on_said: Callable[[I64, NDArray[np.int16]], None] = lambda rows, said: None
        self._heard = np.zeros((legs.capacity, FRAME), np.int16)
        self._at = np.zeros(legs.capacity, np.int64)

    def run(self, phase: int, clock: int, now: float) -> None:
        """Do the work of ``phase`` (0-3) at ``clock`` samples."""
        legs = self._legs
        if not (legs.ticks.any() or legs.pulls.any()):
            self._digits.tick(phase, clock, now)
            return
        mine = legs.phase == phase
        self._pull(np.flatnonzero(legs.pulls & mine))
        rows = np.flatnonzero(legs.ticks & legs.has_address & mine)
        listeners, mixed = self._mixer.mix(phase, self._heard)
        self._at[listeners] = np.arange(len(listeners))
        rows = self._rest(rows, clock)
        coded = legs.law[rows] > table.LAW_PCMA
        if coded.any():
            self._codecs.encode(rows[coded], self._sound(rows[coded], mixed), clock)
            rows = rows[~coded]
        if len(rows):
            self._outgoing.frames(rows, self._frames(rows, mixed), clock)
        self._digits.tick(phase, clock, now)

    def _pull(self, rows: I64) -> None:
        if len(rows) == 0:
            return
        pulled = self._ring.pull(rows)
        self._record(pulled)
        for skipped in self._ring.take_skipped():
            self._record(skipped)
        watched = np.flatnonzero(self._digits.watched[rows])
        if len(watched):
            self._digits.hear_sound(rows[watched], pulled.said[watched])
        self.on_said(rows, pulled.said)
        quiet = self._legs.held[rows] | self._legs.muted[rows]
        if quiet.any():
            pulled.heard[quiet] = 0
        self._heard[rows] = pulled.heard

    def _record(self, pulled: Pulled) -> None:
        if self._recorder.count:
            quiet = self._legs.held[pulled.rows] | self._legs.muted[pulled.rows]
            self._recorder.feed(pulled.rows, pulled.said, pulled.position, pulled.fresh & ~quiet)

    def _rest(self, rows: I64, clock: int) -> I64:
        """Tell those who take comfort noise, and have nothing to hear, that there is silence; the other ``rows``."""
        legs = self._legs
        idle = legs.type_of_kind[rows, table.COMFORT_NOISE] != table.NONE
        if not idle.any():
            return rows
        idle &= ~(self._playback.active[rows] | self._mixer.listens[rows])
        due = idle & ((legs.last_source[rows] != table.RESTING) | (clock - legs.last_sent[rows] >= REMINDER))
        if due.any():
            self._outgoing.noise(rows[due], clock)
        others: I64 = rows[~idle]
        return others

    def _frames(self, rows: I64, mixed: NDArray[np.int32]) -> U8:
        """What each of ``rows`` hears, encoded in its law (n, 160)."""
        law = self._legs.law[rows]
        codes = np.repeat(_SILENCE[law][:, None], FRAME, axis=1)
        playing = self._playback.active[rows]
        listens = self._mixer.listens[rows]
        alone = np.flatnonzero(playing & ~listens)
        if len(alone):
            codes[alone] = self._playback.codes(rows[alone], law[alone])
        together = np.flatnonzero(listens)
        if len(together):
            samples = self._sound(rows[together], mixed)
            codes[together] = g711.ENCODE[law[together][:, None], samples.view(np.uint16)]
        return codes

    def _sound(self, rows: I64, mixed: NDArray[np.int32]) -> NDArray[np.int16]:
        """What each of ``rows`` hears, linear (n, 160): its group, and what is played to it."""
        sound = np.zeros((len(rows), FRAME), np.int32)
        listens = np.flatnonzero(self._mixer.listens[rows])
        sound[listens] = mixed[self._at[rows[listens]]]
        playing = np.flatnonzero(self._playback.active[rows])
        if len(playing):
            sound[playing] += self._playback.frames(rows[playing])
        return np.clip(sound, -32767, 32767).astype(np.int16)
