"""What nearly every packet of a call is: the next one of a stream that is being relayed already.

Such packets are recognised, counted and rewritten with a few array operations over one matrix of the source's columns
and one of the listener's; all others are left to `reception.py`, which does the same for every case. A packet is steady
when it is in its listener's codec, with no marker, from the source and SSRC listened to, ahead of what was heard, for a
leg that hears it unchanged, with a timestamp that goes with time, and the only one of its leg in the
batch.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pbx.media import table
from pbx.media.batch import Matrix
from pbx.media.lookup import SOURCE_MASK
from pbx.media.reception import PAUSE
from pbx.media.relay import TIMESTAMP_JUMP
from pbx.media.ring import JitterRing
from pbx.media.table import Heard, LegTable, Sent
from pbx.rtp.statistics import WINDOW

I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]
BOOL = NDArray[np.bool_]

HEADER = 12
FIRST = 0x80 << 1  # version 2, no padding, extension or CSRC, no marker: the first nine bits
HALF, LOW = 1 << 31, 0xFFFFFFFF


class Steady:
    """``send`` moves rows of a matrix to legs: ``(matrix, packets, lengths, to)``."""

    def __init__(self, legs: LegTable, ring: JitterRing, send: Callable[[Matrix, I64, I64, I64], None]) -> None:
        self._legs = legs
        self._ring = ring
        self._send = send
        self._last = np.zeros(legs.capacity, np.int64)
        self._twice = np.zeros(legs.capacity, np.bool_)
        self._each = np.arange(legs.capacity)
        self._kinds = legs.kinds.reshape(-1)
        self._types = legs.type_of_kind.reshape(-1)

    def relay(self, matrix: Matrix, keys: U64, rows: I64, clock: int) -> int:
        """Relay the steady ones of the first ``len(keys)`` packets; ``rows`` are their legs, -1 where there is none.

        Returns how many there were. If there are others too, the relayed ones have length 0 afterwards.
        """
        legs, count = self._legs, len(keys)
        words = matrix.head[:count].astype(np.int64)
        heard = legs.heard.take(rows, axis=0)
        to = heard[:, Heard.forward]
        sent = legs.sent.take(to, axis=0)
        steady = self._is_steady(matrix, keys, rows, to, words, heard, sent)
        ahead = (words[:, 0] - heard[:, Heard.highest] - 1) & 0xFFFF
        step = (words[:, 0] + sent[:, Sent.offset] - sent[:, Sent.sequence] - 1) & 0xFFFF
        transit = ((clock * heard[:, Heard.rate] - words[:, 1] + HALF) & LOW) - HALF
        moved = np.abs(transit - heard[:, Heard.transit])
        elapsed = ((words[:, 1] + sent[:, Sent.shift] - sent[:, Sent.timestamp] + HALF) & LOW) - HALF
        steady &= (ahead | step) < WINDOW - 1
        steady &= moved < TIMESTAMP_JUMP
        steady &= np.abs(elapsed + (sent[:, Sent.at] - clock) * sent[:, Sent.rate]) <= TIMESTAMP_JUMP
        kind = self._kinds.take((rows << 7) + ((words[:, 0] >> 16) & 0x7F), mode="clip")
        payload_type = self._types.take(to * table.KINDS + kind, mode="clip")
        steady &= (kind == sent[:, Sent.law] + table.PCMU) & (payload_type != table.NONE)
        tapped = legs.pulls.take(rows)
        steady &= ~tapped | ((kind <= table.PCMA) & (moved < PAUSE))
        chosen = self._each[:count]
        if not steady.all():
            chosen = np.flatnonzero(steady)
            if len(chosen) == 0:
                return 0
            rows, to, words, heard, sent = rows[chosen], to[chosen], words[chosen], heard[chosen], sent[chosen]
            ahead, step, transit, moved = ahead[chosen], step[chosen], transit[chosen], moved[chosen]
            elapsed, payload_type = elapsed[chosen], payload_type[chosen]
            tapped, kind = tapped[chosen], kind[chosen]
        self._count(rows, heard, ahead, transit, moved, clock)
        length = matrix.length[chosen]
        if tapped.any():
            self._file(
                matrix,
                chosen[tapped],
                rows[tapped],
                words[tapped],
                length[tapped],
                kind[tapped].astype(np.int64),
                clock,
            )
        sent[:, Sent.sequence] += step + 1
        sent[:, Sent.timestamp] += elapsed
        sent[:, Sent.at] = clock
        sent[:, Sent.packets] += 1
        sent[:, Sent.octets] += length - HEADER
        legs.sent[to] = sent
        words[:, 0] = (sent[:, Sent.sequence] & 0xFFFF) | (payload_type.astype(np.int64) << 16) | (FIRST << 23)
        words[:, 1] = sent[:, Sent.timestamp] & LOW
        words[:, 2] = sent[:, Sent.ssrc]
        matrix.head[chosen] = words
        self._send(matrix, chosen, length, to)
        if len(chosen) < count:
            matrix.length[chosen] = 0
        return len(chosen)

    def _is_steady(self, matrix: Matrix, keys: U64, rows: I64, to: I64, words: I64, heard: I64, sent: I64) -> BOOL:
        """What does not depend on the numbers in the packet."""
        legs = self._legs
        steady: BOOL = (rows >= 0) & (to >= 0)
        steady &= words[:, 0] >> 23 == FIRST
        steady &= matrix.length[: len(keys)] > HEADER
        steady &= (words[:, 2] == heard[:, Heard.ssrc]) & (words[:, 2] == sent[:, Sent.source_ssrc])
        steady &= (keys & np.uint64(SOURCE_MASK)).view(np.int64) == heard[:, Heard.active]
        steady &= (sent[:, Sent.last_source] == table.RELAYED) & legs.has_address.take(to)
        steady &= ~legs.secure.take(rows)
        self._last[rows] = self._each[: len(rows)]
        only = self._last.take(rows) == self._each[: len(rows)]
        if not only.all():
            several = rows[~only]
            self._twice[several] = True
            steady &= ~self._twice.take(rows)
            self._twice[several] = False
        return steady

    def _file(self, matrix: Matrix, packets: I64, rows: I64, words: I64, length: I64, kind: I64, clock: int) -> None:
        """What is recorded, or watched for digits, goes into the jitter ring as well."""
        width = max(int(length.max()) - HEADER, 160)
        payload = matrix.packets[packets, HEADER : HEADER + width]
        self._ring.write(rows, words[:, 2], words[:, 1], payload, length - HEADER, kind - table.PCMU, clock)

    def _count(self, rows: I64, heard: I64, ahead: I64, transit: I64, moved: I64, clock: int) -> None:
        """Statistics of one packet per leg that is ahead of those before (RFC 3550 A.1, A.3, A.8)."""
        heard[:, Heard.highest] += ahead + 1
        heard[:, Heard.packets] += 1
        heard[:, Heard.transit] = transit
        heard[:, Heard.at] = clock
        window = heard.view(np.uint64)[:, Heard.window]
        window <<= (ahead + 1).view(np.uint64)
        window |= np.uint64(1)
        jitter = heard.view(np.float64)[:, Heard.jitter]
        jitter += (moved - jitter) / 16.0
        self._legs.heard[rows] = heard
