"""Digits: telephone events packet by packet, as they are few, and tones in the sound of legs that have no events."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pbx.media import table
from pbx.media.leg import Leg
from pbx.media.messages import Clip, DigitHeard, MediaEvent
from pbx.media.outgoing import Outgoing
from pbx.media.playback import Playback
from pbx.media.table import LegTable
from pbx.rtp import telephone_event
from pbx.rtp.dtmf import Detector
from pbx.rtp.errors import TelephoneEventError


class Digits:
    """Hears the digits of legs and says digits to legs."""

    def __init__(
        self,
        legs: LegTable,
        outgoing: Outgoing,
        playback: Playback,
        emit: Callable[[MediaEvent], None],
        on_spoken: Callable[[Leg], None],
        on_tone: Callable[[Leg, str], None],
    ) -> None:
        self._legs = legs
        self._outgoing = outgoing
        self._playback = playback
        self._emit = emit
        self._on_spoken = on_spoken
        self._on_tone = on_tone
        self._speaking: dict[str, Leg] = {}
        self._listening: dict[str, Leg] = {}
        self._by_sound: dict[int, Leg] = {}
        self.watched = np.zeros(legs.capacity, np.bool_)
        self._detector = Detector(legs.capacity)
        self.malformed = 0

    @property
    def is_busy(self) -> bool:
        """Whether digits are being said or waited for."""
        return bool(self._speaking or self._listening)

    def hear(self, leg: Leg, timestamp: int, payload: bytes, rate: int, now: float) -> list[str]:
        """One telephone-event packet of ``leg``, at ``rate`` times 8 kHz; the digits that are over with it."""
        try:
            event = telephone_event.parse(payload)
        except TelephoneEventError:
            self.malformed += 1
            return []
        return self._tell(leg, leg.listener.feed(timestamp, event, now, rate))

    def takes_events(self, leg: Leg) -> bool:
        """Whether the leg's peer takes telephone events; to one that does not, digits are played."""
        return bool((self._legs.type_of_kind[leg.row, table.EVENTS] != table.NONE).any())

    def say(self, leg: Leg, digits: str) -> None:
        """Send ``digits``: as telephone events where the peer takes them, else as tones. Raises TelephoneEventError."""
        if not self.takes_events(leg):
            telephone_event.Speaker().say(digits)
            clips = [Clip(silence_ms=1000) if digit == "," else Clip(tone=f"dtmf:{digit}") for digit in digits]
            self._playback.play(leg.name, leg.row, clips, "", loop=False)
            return
        leg.speaker.say(digits)
        self._speaking[leg.name] = leg

    def forget(self, leg: Leg) -> None:
        self._speaking.pop(leg.name, None)
        self._listening.pop(leg.name, None)
        self.watch(leg, False)

    def watch(self, leg: Leg, on: bool) -> None:
        """Whether the leg's digits are to be found in its sound."""
        leg.digits_by_sound = self.watched[leg.row] = on
        if on:
            self._by_sound[leg.row] = leg
            self._detector.reset(leg.row)
        else:
            self._by_sound.pop(leg.row, None)

    def hear_sound(self, rows: NDArray[np.int64], frames: NDArray[np.int16]) -> None:
        """One frame of each of ``rows``, legs that are watched."""
        for found in self._detector.feed(rows, frames):
            if (leg := self._by_sound.get(found.row)) is not None:
                self._emit(DigitHeard(leg.name, found.digit, found.duration_ms))
                self._on_tone(leg, found.digit)

    def tick(self, phase: int, clock: int, now: float) -> None:
        """Say the next 20 ms of digits to the legs of this phase, and end events whose last packets were lost."""
        for leg in [leg for leg in self._speaking.values() if self._legs.phase[leg.row] == phase]:
            self._speak(leg, clock)
        for leg in [leg for leg in self._listening.values() if self._legs.phase[leg.row] == phase]:
            self._tell(leg, leg.listener.expire(now))

    def _speak(self, leg: Leg, clock: int) -> None:
        row = leg.row
        wide = self._legs.type_of_kind[row, table.TELEPHONE_EVENT] == table.NONE
        kind, rate = (table.WIDE_EVENT, table.WIDE_RATE // 8000) if wide else (table.TELEPHONE_EVENT, 1)
        for payload, marker, offset in leg.speaker.next_frame(rate):
            if marker:
                elapsed = max(160, clock - int(self._legs.last_sent[row])) * int(self._legs.rate[row])
                leg.speaking_since = int(self._legs.last_timestamp[row]) + elapsed
            self._legs.last_timestamp[row] = leg.speaking_since + offset
            if self._legs.has_address[row]:
                self._outgoing.event(row, kind, payload, marker, leg.speaking_since, clock)
        if not leg.speaker.is_speaking:
            del self._speaking[leg.name]
            self._on_spoken(leg)

    def _tell(self, leg: Leg, heard: list[telephone_event.Heard]) -> list[str]:
        if leg.listener.is_waiting:
            self._listening[leg.name] = leg
        else:
            self._listening.pop(leg.name, None)
        for digit in heard:
            self._emit(DigitHeard(leg.name, digit.digit, digit.duration_ms))
        return [digit.digit for digit in heard]
