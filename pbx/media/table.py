"""The leg table: one row per leg, one NumPy column per property.

A leg is an index into these columns; nothing on the path of a packet is an object. Rows are handed out lowest first, so
that the rows in use stay together. Memory of rows never used is never touched.
"""

from __future__ import annotations

import heapq

import numpy as np

CAPACITY = 8192
NAME_BYTES = 32  # room for a sockaddr_in6, in whole words
NONE = 255

# What a payload is, by payload type and leg.
REFUSED, PCMU, PCMA, G722, OPUS, TELEPHONE_EVENT, WIDE_EVENT, COMFORT_NOISE = range(8)
KINDS = 8  # a wide event is one at the clock of Opus
EVENTS = (TELEPHONE_EVENT, WIDE_EVENT)
WIDE_RATE = 48_000

# What is known of a peer that stops sending in silence: it does so, or it says so with comfort noise.
BY_STOPPING, BY_NOISE = 1, 2

# What a leg is spoken to in: the kind without REFUSED. The first two are tables, the others are for codec processes.
LAW_PCMU, LAW_PCMA, LAW_G722, LAW_OPUS = range(4)
LAWS = {"PCMU": LAW_PCMU, "PCMA": LAW_PCMA, "G722": LAW_G722, "OPUS": LAW_OPUS}
RATES = (1, 1, 1, 6)  # RTP timestamp units in a sample of 8 kHz, by law (RFC 3551 §4.5.2, RFC 7587 §4.1)

# What a leg was last sent from: whoever takes over continues its sequence numbers and timestamps.
SILENT, RELAYED, TICKED, DIGITS, RESTING = range(5)


class Heard:
    """Where the columns of ``LegTable.heard`` are: what every packet of a leg's peer changes or is compared with."""

    forward, active, ssrc, highest, base, packets, window, jitter, transit, at, rate = range(11)
    width = 11


class Sent:
    """Where the columns of ``LegTable.sent`` are: what every packet to a leg changes or depends on."""

    sequence, timestamp, at, source_ssrc, offset, shift, floor, ssrc, law, socket = range(10)
    last_source, packets, octets, rate = range(10, 14)
    width = 14


class LegTable:
    """Columns of all legs of a worker; times in samples of the worker's 8 kHz clock, counters as int64."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.capacity = capacity
        self._free = list(range(capacity))
        # What each packet needs lies together, so that one read and one write fetch and store all of it.
        self.heard = np.zeros((capacity, Heard.width), np.int64)
        self.sent = np.zeros((capacity, Sent.width), np.int64)

        self.used = np.zeros(capacity, np.bool_)
        self.secure = np.zeros(capacity, np.bool_)  # speaks and hears SRTP
        self.by_ice = np.zeros(capacity, np.bool_)  # its peer is found by connectivity checks
        self.held = np.zeros(capacity, np.bool_)
        self.muted = np.zeros(capacity, np.bool_)
        self.phase = np.zeros(capacity, np.int64)

        # Sending
        self.socket = self.sent[:, Sent.socket]
        self.address = np.zeros((capacity, NAME_BYTES), np.uint8)
        self.has_address = np.zeros(capacity, np.bool_)
        self.law = self.sent[:, Sent.law]  # LAW_…; the first two are indices into the G.711 tables
        self.rate = self.sent[:, Sent.rate]  # RTP timestamp units in a sample, and what the peer's have
        self.heard_rate = self.heard[:, Heard.rate]
        self.suppresses = np.zeros(capacity, np.uint8)  # whether its peer stops sending in silence
        self.quiet_at = np.full(capacity, -1, np.int64)  # when the last comfort noise came
        self.paused_at = np.full(capacity, -1, np.int64)  # when it last went on after a pause with nothing lost
        self.event_at = np.full(capacity, -1, np.int64)  # when the last telephone event came
        self.stream = np.zeros(capacity, np.int64)  # of the codec processes; 0: none
        self.type_of_kind = np.full((capacity, KINDS), NONE, np.uint8)
        self.ssrc = self.sent[:, Sent.ssrc]
        self.last_sequence = self.sent[:, Sent.sequence]  # extended
        self.last_timestamp = self.sent[:, Sent.timestamp]
        self.last_sent = self.sent[:, Sent.at]
        self.last_source = self.sent[:, Sent.last_source]
        self.sent_packets = self.sent[:, Sent.packets]
        self.sent_octets = self.sent[:, Sent.octets]

        # Who goes where
        self.forward = self.heard[:, Heard.forward]  # the row that hears this one by relay
        self.ticks = np.zeros(capacity, np.bool_)  # hears what the tick makes
        self.pulls = np.zeros(capacity, np.bool_)  # its frames are wanted by the tick

        # The relay into this row
        self.relay_ssrc = self.sent[:, Sent.source_ssrc]
        self.relay_sequence = self.sent[:, Sent.offset]  # added to the source's numbers
        self.relay_timestamp = self.sent[:, Sent.shift]
        self.relay_floor = self.sent[:, Sent.floor]

        # Receiving (RFC 3550 A.1, A.3, A.8)
        self.kinds = np.zeros((capacity, 128), np.uint8)
        self.active = self.heard[:, Heard.active]  # the one source (lookup.source_of) that is listened to
        self.heard_ssrc = self.heard[:, Heard.ssrc]
        self.base_sequence = self.heard[:, Heard.base]
        self.highest_sequence = self.heard[:, Heard.highest]
        self.stream_packets = self.heard[:, Heard.packets]
        self.window = self.heard.view(np.uint64)[:, Heard.window]
        self.jitter = self.heard.view(np.float64)[:, Heard.jitter]
        self.transit = self.heard[:, Heard.transit]
        self.last_heard = self.heard[:, Heard.at]
        self.past_expected = np.zeros(capacity, np.int64)  # of streams before this one
        self.past_packets = np.zeros(capacity, np.int64)
        self.duplicates = np.zeros(capacity, np.int64)
        self.reordered = np.zeros(capacity, np.int64)
        self.refused = np.zeros(capacity, np.int64)
        for name, value in _FILLED.items():
            getattr(self, name)[:] = value

    def take(self) -> int | None:
        """A fresh row, or None when the table is full."""
        if not self._free:
            return None
        row = heapq.heappop(self._free)
        for name, column in vars(self).items():
            if isinstance(column, np.ndarray) and name not in _FILLED:
                column[row] = 0
        for name, value in _FILLED.items():
            getattr(self, name)[row] = value
        self.used[row] = True
        return row

    def release(self, row: int) -> None:
        self.used[row] = False
        self.forward[row] = -1
        self.ticks[row] = self.pulls[row] = self.has_address[row] = False
        heapq.heappush(self._free, row)

    @property
    def count(self) -> int:
        return self.capacity - len(self._free)

    def totals(self, row: int) -> tuple[int, int]:
        """Packets expected and received over all streams of the leg."""
        expected, received = int(self.past_expected[row]), int(self.past_packets[row])
        if self.heard_ssrc[row] >= 0:
            expected += int(self.highest_sequence[row] - self.base_sequence[row]) + 1
            received += int(self.stream_packets[row])
        return expected, received


_FILLED = {"forward": -1, "active": -1, "relay_ssrc": -1, "heard_ssrc": -1, "last_heard": -1, "type_of_kind": NONE}
_FILLED |= {"rate": 1, "heard_rate": 1, "quiet_at": -1, "event_at": -1, "paused_at": -1}
