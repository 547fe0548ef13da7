"""Packets that a worker makes itself, gathered and sent together."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pbx.media import table
from pbx.media.batch import Matrix
from pbx.media.codec_batch import MOST
from pbx.media.srtp import Srtp
from pbx.media.table import LegTable
from pbx.rtp import comfort_noise

I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
BOOL = NDArray[np.bool_]

FRAME = 160
HEADER = 12
ROWS = 4096


class Send(Protocol):
    """What moves rows of a matrix into the network: see ``batch.Wire.send``."""

    def __call__(self, matrix: Matrix, rows: I64, length: I64, socket: I64, names: U8) -> None: ...


class Outgoing:
    """Stamps headers so that each leg hears one unbroken stream, seals what goes to secure legs, and sends."""

    def __init__(self, legs: LegTable, send: Send, srtp: Srtp) -> None:
        self._legs = legs
        self._send = send
        self._srtp = srtp
        self._matrix = Matrix(ROWS)
        self._coded = Matrix(MOST)
        self._single = Matrix(1)
        self._each = np.arange(ROWS)

    def frames(self, rows: I64, codes: U8, now: int) -> None:
        """Send one frame (n, 160) of codes to each of the distinct ``rows``, continuing what they heard before."""
        for first in range(0, len(rows), ROWS):
            self._frames(rows[first : first + ROWS], codes[first : first + ROWS], now)

    def _frames(self, rows: I64, codes: U8, now: int) -> None:
        legs, count = self._legs, len(rows)
        self._matrix.packets[:count, HEADER : HEADER + FRAME] = codes
        self._stamp(self._matrix, rows, legs.type_of_kind[rows, table.PCMU], now)
        legs.sent_octets[rows] += FRAME
        self.forward(self._matrix, self._each[:count], np.full(count, HEADER + FRAME, np.int64), rows)

    def coded(self, rows: I64, packets: U8, length: I64, now: int) -> None:
        """Send one encoded frame, ``length`` octets of ``packets`` (n, width), to each of the distinct ``rows``."""
        legs, count = self._legs, len(rows)
        matrix = self._coded
        matrix.packets[:count, HEADER : HEADER + packets.shape[1]] = packets
        self._stamp(matrix, rows, legs.type_of_kind[rows, legs.law[rows] + table.PCMU], now)
        legs.sent_octets[rows] += length
        self.forward(matrix, self._each[:count], length + HEADER, rows)

    def noise(self, rows: I64, now: int) -> None:
        """Tell each of the distinct ``rows`` that there is silence now (RFC 3389): no frames follow for a while."""
        legs = self._legs
        for first in range(0, len(rows), ROWS):
            some = rows[first : first + ROWS]
            count = len(some)
            self._matrix.packets[:count, HEADER] = comfort_noise.OURS[0]
            legs.last_source[some] = table.SILENT
            self._stamp(self._matrix, some, legs.type_of_kind[some, table.COMFORT_NOISE], now)
            legs.last_source[some] = table.RESTING
            legs.sent_octets[some] += 1
            self._matrix.packets[:count, 1] &= 0x7F  # the marker is for the talk spurt that ends the silence
            self.forward(self._matrix, self._each[:count], np.full(count, HEADER + 1, np.int64), some)

    def _stamp(self, matrix: Matrix, rows: I64, payload_type: U8, now: int) -> None:
        """Write the headers of one frame for each of ``rows``."""
        legs, count = self._legs, len(rows)
        continues = legs.last_source[rows] == table.TICKED
        elapsed = np.where(continues, FRAME, np.maximum(FRAME, now - legs.last_sent[rows])) * legs.rate[rows]
        sequence = legs.last_sequence[rows] + 1
        timestamp = legs.last_timestamp[rows] + elapsed
        packets = matrix.packets
        packets[:count, 0] = 0x80
        packets[:count, 1] = payload_type | np.where(continues, 0, 0x80).astype(np.uint8)
        packets[:count, 2:4].view(">u2")[:, 0] = sequence & 0xFFFF
        packets[:count, 4:8].view(">u4")[:, 0] = timestamp & 0xFFFFFFFF
        packets[:count, 8:12].view(">u4")[:, 0] = legs.ssrc[rows]
        legs.last_sequence[rows] = sequence
        legs.last_timestamp[rows] = timestamp
        legs.last_sent[rows] = now
        legs.last_source[rows] = table.TICKED
        legs.sent_packets[rows] += 1

    def event(self, row: int, kind: int, payload: bytes, marker: bool, timestamp: int, now: int) -> None:
        """Send one telephone-event payload of a ``kind``; all packets of an event have that of its beginning."""
        legs = self._legs
        legs.last_sequence[row] += 1
        legs.last_sent[row] = now
        legs.last_source[row] = table.DIGITS
        legs.sent_packets[row] += 1
        legs.sent_octets[row] += len(payload)
        second = int(legs.type_of_kind[row, kind]) | (0x80 if marker else 0)
        sequence, ssrc = int(legs.last_sequence[row]) & 0xFFFF, int(legs.ssrc[row])
        head = bytes((0x80, second)) + sequence.to_bytes(2, "big") + (timestamp & 0xFFFFFFFF).to_bytes(4, "big")
        datagram = head + ssrc.to_bytes(4, "big") + payload
        self._single.packets[0, : len(datagram)] = np.frombuffer(datagram, np.uint8)
        one = np.zeros(1, np.int64)
        self.forward(self._single, one, one + len(datagram), one + row)

    def forward(self, matrix: Matrix, packets: I64, length: I64, to: I64) -> None:
        """Send the RTP ``packets`` of ``matrix``, each ``length`` long, to the legs ``to``."""
        legs = self._legs
        if self._srtp.rows:
            secure = np.flatnonzero(legs.secure[to])
            if len(secure):
                length[secure] = self._srtp.seal(matrix, packets[secure], to[secure], length[secure])
                fit = length > 0
                if not fit.all():
                    packets, length, to = packets[fit], length[fit], to[fit]
        self._send(matrix, packets, length, legs.socket[to], legs.address[to])

    def raw(self, datagram: bytes, socket: int, name: U8) -> None:
        """Send one datagram."""
        self._single.packets[0, : len(datagram)] = np.frombuffer(datagram, np.uint8)
        one = np.zeros(1, np.int64)
        self._send(self._single, one, one + len(datagram), one + socket, name[None, :])
