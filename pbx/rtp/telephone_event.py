"""DTMF as RFC 4733 telephone-event payloads, in and out."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from pbx.rtp.errors import TelephoneEventError

DIGITS = "0123456789*#ABCD"
MAX_DURATION = 0xFFFF
STEP = 160  # samples between two packets of an event
END_PACKETS = 3  # the last packet is sent three times (§2.5.1.4)
LONGEST_MS = 8_000  # a key held longer is reported as it is, once
SILENCE_S = 0.2  # without a packet for so long an event is over, its end packets lost


@dataclass(frozen=True, slots=True)
class Event:
    """One payload; ``duration`` in samples at 8 kHz."""

    digit: str
    end: bool
    volume: int
    duration: int


def build(event: Event) -> bytes:
    """The four bytes of an event. Raises TelephoneEventError for what is not a DTMF digit."""
    code = DIGITS.find(event.digit) if len(event.digit) == 1 else -1
    if code < 0:
        raise TelephoneEventError(f"not a digit: {event.digit!r}; allowed: {DIGITS}")
    return struct.pack(
        "!BBH", code, (0x80 if event.end else 0) | (event.volume & 0x3F), min(event.duration, MAX_DURATION)
    )


def parse(payload: bytes) -> Event:
    """The first event of a payload. Raises TelephoneEventError, also for events that are not DTMF."""
    if len(payload) < 4:
        raise TelephoneEventError(f"{len(payload)} bytes; allowed: 4")
    code, flags, duration = struct.unpack_from("!BBH", payload)
    if code >= len(DIGITS):
        raise TelephoneEventError(f"event {code}; allowed: 0-15")
    return Event(DIGITS[code], bool(flags & 0x80), flags & 0x3F, duration)


@dataclass(frozen=True, slots=True)
class Heard:
    """A digit that is over (or held longer than LONGEST_MS)."""

    digit: str
    duration_ms: int


class Listener:
    """Hears the digits of one stream: each once, however its packets are lost, doubled or reordered.

    An event is known by its timestamp. It is over with its end packet, with the next event, or when nothing more comes.
    """

    def __init__(self) -> None:
        self._timestamp: int | None = None
        self._digit = ""
        self._duration = 0
        self._heard_at = 0.0
        self._reported = True
        self._rate = 1
        self._past = 0  # duration of the segments before this one (§2.5.1.3: long events)

    def feed(self, timestamp: int, event: Event, now: float, rate: int = 1) -> list[Heard]:
        """What is heard through one more packet with its RTP ``timestamp``; ``rate``: its clock over 8 kHz."""
        self._rate = rate
        heard: list[Heard] = []
        if self._timestamp is None or timestamp != self._timestamp:
            if self._timestamp is not None and (timestamp - self._timestamp) & 0xFFFFFFFF > 0x7FFFFFFF:
                return heard  # a late packet of an earlier event
            if self._continues(timestamp, event):
                self._past += MAX_DURATION
            else:
                heard += self._finish()
                self._reported = False
                self._past = 0
            self._timestamp = timestamp
            self._digit = event.digit
            self._duration = 0
        self._duration = max(self._duration, event.duration)
        self._heard_at = now
        if not self._reported and (event.end or self._milliseconds() >= LONGEST_MS):
            heard += self._finish()
        return heard

    def expire(self, now: float) -> list[Heard]:
        """The digit whose end was lost, once nothing has come for SILENCE_S."""
        return self._finish() if not self._reported and now - self._heard_at >= SILENCE_S else []

    @property
    def is_waiting(self) -> bool:
        return not self._reported

    def _continues(self, timestamp: int, event: Event) -> bool:
        return (
            event.digit == self._digit
            and self._timestamp is not None
            and self._duration >= MAX_DURATION - STEP * 2 * self._rate
            and (timestamp - self._timestamp) & 0xFFFFFFFF == MAX_DURATION
        )

    def _milliseconds(self) -> int:
        return (self._past + self._duration) // (8 * self._rate)

    def _finish(self) -> list[Heard]:
        if self._reported:
            return []
        self._reported = True
        return [Heard(self._digit, self._milliseconds())]


class Speaker:
    """Says digits as telephone events: one packet every 20 ms, the last three times, a pause in between."""

    def __init__(self, tone_ms: int = 120, pause_ms: int = 80, volume: int = 10) -> None:
        self._tone = max(2, tone_ms // 20)
        self._pause = max(1, pause_ms // 20)
        self._volume = volume
        self._digits: list[str] = []
        self._step = 0

    def say(self, digits: str) -> None:
        """Queue ``digits``; ``,`` is a pause of one second. Raises TelephoneEventError."""
        for digit in digits:
            if digit != "," and digit not in DIGITS:
                raise TelephoneEventError(f"not a digit: {digit!r}; allowed: {DIGITS} and ,")
        self._digits += digits

    @property
    def is_speaking(self) -> bool:
        return bool(self._digits)

    def next_frame(self, rate: int = 1) -> list[tuple[bytes, bool, int]]:
        """The packets of the next 20 ms as (payload, marker, time since the event began); none in a pause.

        Times are in units of the peer's event clock, which is ``rate`` times 8 kHz.
        """
        if not self._digits:
            return []
        digit, step = self._digits[0], self._step
        self._step += 1
        if digit == ",":
            if step + 1 >= 50:
                self._advance()
            return []
        if step < self._tone - 1:
            event = Event(digit, False, self._volume, (step + 1) * STEP * rate)
            return [(build(event), step == 0, step * STEP * rate)]
        if step == self._tone - 1:
            end = build(Event(digit, True, self._volume, self._tone * STEP * rate))
            return [(end, False, step * STEP * rate)] * END_PACKETS
        if step + 1 >= self._tone + self._pause:
            self._advance()
        return []

    def _advance(self) -> None:
        self._digits.pop(0)
        self._step = 0
