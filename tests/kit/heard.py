"""What a phone heard, as samples by time, and how well it came: the receiving half of a call's sound."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from tests.kit import g711
from tests.kit.g711 import Pcm
from tests.kit.rtp import EVENTS, Packet
from tests.kit.sources import FRAME, RATE

RESYNC_S = 0.3
LATE_S = 0.04
LATE_PACKETS = 25


@dataclass
class Quality:
    """How the packets of one call came. Times in seconds of time.monotonic(), jitter per RFC 3550 §6.4.1."""

    packets: int = 0
    ssrcs: list[int] = field(default_factory=list)
    gaps: list[tuple[float, int]] = field(default_factory=list)
    reordered: int = 0
    duplicates: int = 0
    timestamp_jumps: list[tuple[float, int]] = field(default_factory=list)
    jitter_ms: float = 0.0
    longest_pause_s: float = 0.0
    sources: set[tuple[str, int]] = field(default_factory=set)

    @property
    def lost(self) -> int:
        """Sequence numbers that never came."""
        return sum(missing for _, missing in self.gaps) - self.reordered

    @property
    def is_continuous(self) -> bool:
        """One SSRC and an unbroken sequence."""
        return len(self.ssrcs) == 1 and self.lost == 0


class Heard:
    """The timeline of received sound. ``events`` are the digits that came as telephone-events: (time, digit)."""

    def __init__(self, packets: Callable[[], list[Packet]], clock: Callable[[], float] = time.monotonic) -> None:
        self._packets = packets
        self._clock = clock
        self._taken = 0
        self._pcm: Pcm = np.zeros(RATE * 10, np.int16)
        self._end = 0
        self._origin = 0.0
        self._anchor: tuple[float, int] | None = None
        self._previous: Packet | None = None
        self._previous_voice: Packet | None = None
        self._transit = 0.0
        self._lateness: deque[float] = deque(maxlen=LATE_PACKETS)
        self._event_timestamp: int | None = None
        self.events: list[tuple[float, str]] = []
        self._resyncs = 0
        self._quality = Quality()
        self.payload_types: dict[int, str] = {0: "PCMU", 8: "PCMA"}
        self.telephone_event = 101

    @property
    def quality(self) -> Quality:
        self._take()
        return self._quality

    @property
    def resyncs(self) -> int:
        """How often the sender's clock had to be found anew."""
        self._take()
        return self._resyncs

    @property
    def digits(self) -> str:
        """Digits that came as telephone-events, in order."""
        self._take()
        return "".join(digit for _, digit in self.events)

    @property
    def started_at(self) -> float | None:
        """When the first sound packet came."""
        self._take()
        return self._origin if self._anchor else None

    @property
    def pcm(self) -> Pcm:
        """Everything heard since the first packet."""
        self._take()
        return self._pcm[: self._end].copy()

    def between(self, start: float, end: float) -> Pcm:
        """Samples heard from ``start`` to ``end`` (time.monotonic()), zeros where nothing came."""
        self._take()
        out = np.zeros(max(0, round((end - start) * RATE)), np.int16)
        first = round((start - self._origin) * RATE)
        low, high = max(first, 0), min(first + len(out), self._end)
        if self._anchor and high > low:
            out[low - first : high - first] = self._pcm[low:high]
        return out

    def since(self, start: float) -> Pcm:
        return self.between(start, self._clock())

    def last(self, seconds: float) -> Pcm:
        now = self._clock()
        return self.between(now - seconds, now)

    def packets_since(self, start: float) -> int:
        """How many packets of any kind came after ``start``."""
        return sum(1 for packet in reversed(self._packets()) if packet.at >= start)

    def sound_at(self, start: float, level_db: float = -45.0) -> float | None:
        """When it first became louder than ``level_db`` (RMS of 20 ms) after ``start``; None: not yet."""
        pcm = self.since(start)
        frames = pcm[: len(pcm) // FRAME * FRAME].reshape(-1, FRAME).astype(np.float64)
        loud = np.flatnonzero(np.sqrt((frames**2).mean(axis=1)) > 32767 / np.sqrt(2) * 10 ** (level_db / 20))
        return start + float(loud[0]) * FRAME / RATE if len(loud) else None

    def _take(self) -> None:
        packets = self._packets()
        known = len(packets)
        for packet in packets[self._taken : known]:
            self._measure(packet)
            if packet.payload_type == self.telephone_event:
                self._take_event(packet)
            elif packet.payload_type in self.payload_types:
                self._place(packet)
        self._taken = known

    def _take_event(self, packet: Packet) -> None:
        if len(packet.payload) >= 4 and packet.timestamp != self._event_timestamp:
            self._event_timestamp = packet.timestamp
            if packet.payload[0] < len(EVENTS):
                self.events.append((packet.at, EVENTS[packet.payload[0]]))

    def _place(self, packet: Packet) -> None:
        if self._anchor is None:
            self._origin = packet.at
            self._anchor = (packet.at, packet.timestamp)
        elif self._previous_voice is not None and packet.ssrc != self._previous_voice.ssrc:
            self._anchor = (packet.at, packet.timestamp)
        due = self._anchor[0] + _signed(packet.timestamp - self._anchor[1]) / RATE
        due = self._followed(packet, due)
        self._previous_voice = packet
        samples = g711.decode(packet.payload, self.payload_types[packet.payload_type])
        at = round((due - self._origin) * RATE)
        end = at + len(samples)
        if at < 0 or end > RATE * 3600:
            return
        if end > len(self._pcm):
            self._pcm = np.concatenate([self._pcm, np.zeros(max(len(self._pcm), end - len(self._pcm)), np.int16)])
        self._pcm[at:end] = samples
        self._end = max(self._end, end)

    def _followed(self, packet: Packet, due: float) -> float:
        """When to play the packet: as its timestamp says, unless the sender's clock has slipped for good.

        As a phone's jitter buffer does: at once when it is far off, after half a second of lateness when it is not.
        """
        self._lateness.append(packet.at - due)
        slipped = len(self._lateness) == LATE_PACKETS and min(self._lateness) > LATE_S
        if abs(due - packet.at) <= RESYNC_S and not slipped:
            return due
        self._resyncs += 1
        self._lateness.clear()
        self._anchor = (packet.at, packet.timestamp)
        return packet.at

    def _measure(self, packet: Packet) -> None:
        quality, previous = self._quality, self._previous
        quality.packets += 1
        quality.sources.add(packet.source)
        if previous is None or previous.ssrc != packet.ssrc:
            quality.ssrcs.append(packet.ssrc)
            if previous is not None:
                quality.longest_pause_s = max(quality.longest_pause_s, packet.at - previous.at)
            self._previous = packet
            self._transit = packet.at - packet.timestamp / RATE
            return
        step = (packet.sequence - previous.sequence + 0x8000) % 0x10000 - 0x8000
        if step == 0:
            quality.duplicates += 1
            return
        if step < 0:
            quality.reordered += 1
            return
        quality.longest_pause_s = max(quality.longest_pause_s, packet.at - previous.at)
        if step > 1:
            quality.gaps.append((packet.at, step - 1))
        self._measure_timing(packet, previous, step)
        self._previous = packet

    def _measure_timing(self, packet: Packet, previous: Packet, step: int) -> None:
        if self.telephone_event in (packet.payload_type, previous.payload_type):
            return
        jump = _signed(packet.timestamp - previous.timestamp)
        if jump != step * FRAME:
            self._quality.timestamp_jumps.append((packet.at, jump))
            self._transit = packet.at - packet.timestamp / RATE
            return
        transit = packet.at - packet.timestamp / RATE
        difference = abs(transit - self._transit)
        self._transit = transit
        if difference < 60:
            self._quality.jitter_ms += (difference * 1000 - self._quality.jitter_ms) / 16


def _signed(difference: int) -> int:
    return (difference + 0x80000000) % 0x100000000 - 0x80000000
