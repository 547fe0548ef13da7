"""Codecs that cost too much for the tick: a leg's Opus or G.722 goes to a codec process and comes back as sound.

What a leg's peer says goes out when it arrives and is filed in the jitter ring when it comes back; what a leg is to
hear goes out with the tick and is sent when it comes back, so that the tick waits for neither. Only legs that need it
take part: two peers with one codec are relayed as they are.
"""

from __future__ import annotations

import itertools
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pbx.media import table
from pbx.media.batch import WIDTH, Matrix
from pbx.media.codec_batch import DECODE, ENCODE, MOST, RECORD, Batch, forget
from pbx.media.errors import CodecError
from pbx.media.outgoing import Outgoing
from pbx.media.ring import JitterRing
from pbx.media.table import LegTable

I64 = NDArray[np.int64]
I16 = NDArray[np.int16]
U8 = NDArray[np.uint8]

FRAME = 160
HEADER = 12
STALE = 1600  # samples after which an encoded frame is too old to be sent
LARGEST = WIDTH - HEADER - 64  # octets of a packet that may come back
_RATES = np.array(table.RATES, np.int64)


class Engine(Protocol):
    """Where batches go and come from: codec processes, or the transcoder itself."""

    def send(self, lane: int, batch: Batch) -> bool:
        """False when there is no room: the batch is dropped."""
        ...

    def receive(self) -> list[bytes]: ...

    def lane(self, streams: list[int]) -> int:
        """Which lane takes one more stream, with so many in each already."""
        ...

    def stop(self) -> None: ...


class Codecs:
    """``dropped`` counts batches without room, ``stale`` frames that came back too late to be sent."""

    def __init__(self, legs: LegTable, ring: JitterRing, outgoing: Outgoing, engine: Engine) -> None:
        self._legs = legs
        self._ring = ring
        self._outgoing = outgoing
        self._engine = engine
        self._ids = itertools.count(1)
        self._lane = np.zeros(legs.capacity, np.int64)
        self._streams: list[int] = []  # how many are in each lane
        self.dropped = 0
        self.stale = 0
        self.malformed = 0

    @property
    def count(self) -> int:
        """Legs that are encoded or decoded."""
        return sum(self._streams)

    def enter(self, row: int) -> None:
        """The leg speaks a codec of ours from now on, as a new stream."""
        self.leave(row)
        lane = self._engine.lane(self._streams)
        self._streams += [0] * (lane + 1 - len(self._streams))
        self._streams[lane] += 1
        self._lane[row] = lane
        self._legs.stream[row] = next(self._ids) & 0xFFFFFFFF

    def leave(self, row: int) -> None:
        """The leg is closed, or speaks G.711 now."""
        stream = int(self._legs.stream[row])
        if stream:
            lane = int(self._lane[row])
            self._streams[lane] -= 1
            self._engine.send(lane, forget([stream]))
            self._legs.stream[row] = 0

    def decode(
        self, matrix: Matrix, packets: I64, rows: I64, numbers: tuple[I64, I64, I64], law: I64, clock: int
    ) -> None:
        """Packets ``packets`` of legs ``rows``; ``numbers``: SSRC, timestamp, sequence number of each."""
        length = matrix.length[packets] - HEADER
        fit = (length <= LARGEST) & (law == self._legs.law[rows]) & (self._legs.stream[rows] > 0)
        if not fit.any():
            return
        packets, rows, length = packets[fit], rows[fit], length[fit]
        records = self._records(rows)
        for name, column in zip(("ssrc", "timestamp", "sequence"), numbers, strict=True):
            records[name] = column[fit]
        records["length"] = length
        data = matrix.packets[packets, HEADER : HEADER + int(length.max())]
        self._send(DECODE, rows, records, data, clock)

    def encode(self, rows: I64, frames: I16, clock: int) -> None:
        """One frame (n, 160) for each of the legs ``rows``; it is sent when it comes back."""
        if len(rows):
            records = self._records(rows)
            records["length"] = FRAME
            self._send(ENCODE, rows, records, np.ascontiguousarray(frames).view(np.uint8), clock)

    def poll(self, clock: int) -> None:
        """Take what has come back."""
        for message in self._engine.receive():
            try:
                self._take(Batch.from_bytes(message), clock)
            except CodecError:
                self.malformed += 1

    def _records(self, rows: I64) -> NDArray[np.void]:
        records = np.zeros(len(rows), RECORD)
        records["stream"], records["row"], records["law"] = self._legs.stream[rows], rows, self._legs.law[rows]
        return records

    def _send(self, kind: int, rows: I64, records: NDArray[np.void], data: U8, clock: int) -> None:
        lanes = self._lane[rows]
        for lane in np.unique(lanes).tolist():
            mine = np.flatnonzero(lanes == lane)
            for first in range(0, len(mine), MOST):
                some = mine[first : first + MOST]
                if not self._engine.send(lane, Batch(kind, clock, records[some], data[some])):
                    self.dropped += 1

    def _take(self, batch: Batch, clock: int) -> None:
        rows = batch.records["row"].astype(np.int64)
        inside = rows < self._legs.capacity
        current = inside & (self._legs.stream[np.where(inside, rows, 0)] == batch.records["stream"])
        records, data, rows = batch.records[current], batch.data[current], rows[current]
        length = records["length"].astype(np.int64)
        if len(rows) == 0:
            return
        if batch.kind == DECODE:
            if data.shape[1] % 2:
                raise CodecError("half a sample")
            self._file(rows, records, np.ascontiguousarray(data).view(np.int16), length, batch.clock)
        elif batch.kind == ENCODE:
            going = self._legs.ticks[rows] & self._legs.has_address[rows] & (length > 0) & (length <= LARGEST)
            if clock - batch.clock > STALE:
                self.stale += len(rows)
            elif going.any():
                self._outgoing.coded(rows[going], data[going][:, :LARGEST], length[going], clock)

    def _file(self, rows: I64, records: NDArray[np.void], samples: I16, length: I64, clock: int) -> None:
        """Into the ring, as if it had arrived decoded; a leg that is there several times, one after the other."""
        left = np.flatnonzero((length > 0) & (length <= samples.shape[1]) & self._legs.pulls[rows])
        while len(left):
            _, first = np.unique(rows[left], return_index=True)
            now = left[first]
            ssrc, timestamp = records["ssrc"][now].astype(np.int64), records["timestamp"][now].astype(np.int64)
            rate = _RATES[self._legs.law[rows[now]]]
            self._ring.file(rows[now], ssrc, timestamp, rate, samples[now], length[now], clock)
            left = np.delete(left, first)
