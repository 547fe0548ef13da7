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
REFUSED, PCMU, PCMA, TELEPHONE_EVENT, COMFORT_NOISE = range(5)
KINDS = 5

# What a leg was last sent from: whoever takes over continues its sequence numbers and timestamps.
SILENT, RELAYED, TICKED, DIGITS = range(4)


class LegTable:
    """Columns of all legs of a worker; times in samples of the worker's 8 kHz clock, counters as int64."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.capacity = capacity
        self._free = list(range(capacity))

        self.used = np.zeros(capacity, np.bool_)
        self.secure = np.zeros(capacity, np.bool_)  # speaks and hears SRTP
        self.by_ice = np.zeros(capacity, np.bool_)  # its peer is found by connectivity checks
        self.held = np.zeros(capacity, np.bool_)
        self.muted = np.zeros(capacity, np.bool_)
        self.phase = np.zeros(capacity, np.int64)

        # Sending
        self.socket = np.zeros(capacity, np.int64)
        self.address = np.zeros((capacity, NAME_BYTES), np.uint8)
        self.has_address = np.zeros(capacity, np.bool_)
        self.law = np.zeros(capacity, np.int64)  # index into the G.711 tables
        self.type_of_kind = np.full((capacity, KINDS), NONE, np.uint8)
        self.ssrc = np.zeros(capacity, np.int64)
        self.last_sequence = np.zeros(capacity, np.int64)  # extended
        self.last_timestamp = np.zeros(capacity, np.int64)
        self.last_sent = np.zeros(capacity, np.int64)
        self.last_source = np.zeros(capacity, np.uint8)
        self.sent_packets = np.zeros(capacity, np.int64)
        self.sent_octets = np.zeros(capacity, np.int64)

        # Who goes where
        self.forward = np.full(capacity, -1, np.int64)  # the row that hears this one by relay
        self.ticks = np.zeros(capacity, np.bool_)  # hears what the tick makes
        self.pulls = np.zeros(capacity, np.bool_)  # its frames are wanted by the tick

        # The relay into this row
        self.relay_ssrc = np.full(capacity, -1, np.int64)
        self.relay_sequence = np.zeros(capacity, np.int64)  # added to the source's numbers
        self.relay_timestamp = np.zeros(capacity, np.int64)
        self.relay_floor = np.zeros(capacity, np.int64)

        # Receiving (RFC 3550 A.1, A.3, A.8)
        self.kinds = np.zeros((capacity, 128), np.uint8)
        self.active = np.full(capacity, -1, np.int64)  # the one source (lookup.source_of) that is listened to
        self.heard_ssrc = np.full(capacity, -1, np.int64)
        self.base_sequence = np.zeros(capacity, np.int64)
        self.highest_sequence = np.zeros(capacity, np.int64)
        self.stream_packets = np.zeros(capacity, np.int64)
        self.window = np.zeros(capacity, np.uint64)
        self.jitter = np.zeros(capacity, np.float64)
        self.transit = np.zeros(capacity, np.int64)
        self.last_heard = np.full(capacity, -1, np.int64)
        self.past_expected = np.zeros(capacity, np.int64)  # of streams before this one
        self.past_packets = np.zeros(capacity, np.int64)
        self.duplicates = np.zeros(capacity, np.int64)
        self.reordered = np.zeros(capacity, np.int64)
        self.refused = np.zeros(capacity, np.int64)

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


_FILLED = {"forward": -1, "active": -1, "relay_ssrc": -1, "heard_ssrc": -1, "last_heard": -1, "type_of_kind": NONE}
