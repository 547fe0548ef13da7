"""Packets from a source that no leg has announced: a peer behind NAT, an early one, or a stranger.

A stranger is counted and dropped. A source at an address that a leg's signalling came from (or in its trunk's media
networks) is latched after four packets in a row, if exactly one leg of that socket is without sound; two such legs
cannot be told apart, so one of them is moved. What comes for a leg whose peer has announced nothing yet waits in limbo.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from socket import AF_INET6

import numpy as np
from numpy.typing import NDArray

from pbx.media.batch import Matrix
from pbx.media.leg import Candidate, Leg
from pbx.media.lookup import SOCKET_SHIFT, SOURCE_MASK, remember
from pbx.media.peers import Peers
from pbx.media.table import LegTable

I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]
U8 = NDArray[np.uint8]

NEEDED = 4
SILENT_S = 0.5
LIMBO_S = 2.0
LIMBO_PACKETS = 25
LIMBO_SOURCES = 256
SOURCES_PER_PASS = 64
PACKETS_PER_SOURCE = 8
HALF = (1 << 64) - 1


def whole_of(name: U8) -> tuple[int, int]:
    """The address of a sockaddr as a number of 32 or 128 bits, and its IP version."""
    raw = name.tobytes()
    return (int.from_bytes(raw[8:24], "big"), 6) if raw[0] == AF_INET6 else (int.from_bytes(raw[4:8], "big"), 4)


@dataclass(slots=True)
class _Waiting:
    since: float
    packets: deque[bytes] = field(default_factory=lambda: deque(maxlen=LIMBO_PACKETS))


class Latching:
    """Decides what becomes of packets with no key."""

    def __init__(self, legs: LegTable, peers: Peers) -> None:
        self._legs = legs
        self._peers = peers
        self._by_socket: dict[int, list[Leg]] = {}
        self._allowed: dict[int, tuple[U64, U64]] = {}  # by socket: networks and masks of all its legs
        self._allowed_six: dict[int, tuple[U64, U64]] = {}  # the same of IPv6, (n, 2)
        self._limbo: dict[int, _Waiting] = {}
        self.dropped = 0
        self.latched = 0

    def enter(self, leg: Leg) -> None:
        self._by_socket.setdefault(leg.place.index, []).append(leg)
        self._forget_allowed(leg.place.index)

    def leave(self, leg: Leg) -> None:
        for socket, legs in self._by_socket.items():
            if leg in legs:
                legs.remove(leg)
                self._forget_allowed(socket)

    def strangers(self, matrix: Matrix, rows: I64, keys: U64, now: float, clock: int) -> list[tuple[int, Leg]]:
        """Judge the packets ``rows`` with no leg; those that now have one, with it."""
        admitted: list[tuple[int, Leg]] = []
        sources, first, counts = np.unique(keys, return_index=True, return_counts=True)
        names = matrix.source[rows[first]]
        possible = self._possible(sources, names)
        if len(possible) > SOURCES_PER_PASS:  # not always the same ones, or a flood would keep the others out for good
            possible = np.roll(possible, -(clock % len(possible)))[:SOURCES_PER_PASS]
        self.dropped += int(counts.sum() - counts[possible].sum())
        for at, key, count in zip(
            possible.tolist(), sources[possible].tolist(), counts[possible].tolist(), strict=True
        ):
            whole = whole_of(names[at])
            legs = [leg for leg in self._by_socket[key >> SOCKET_SHIFT] if leg.networks.allow(*whole)]
            mine = [int(rows[first[at]])] if count == 1 else rows[keys == np.uint64(key)][:PACKETS_PER_SOURCE].tolist()
            used = self._judge(matrix, mine, key, legs, now, clock)
            admitted += used
            self.dropped += count - len(used)
        return admitted

    def _possible(self, sources: U64, names: U8) -> I64:
        """Indices of the sources from which some leg of their socket takes media: most strangers cost no more."""
        socket = sources >> np.uint64(SOCKET_SHIFT)
        may = np.zeros(len(sources), np.bool_)
        six = names[:, 0] == AF_INET6
        for index in np.unique(socket).tolist():
            here = socket == np.uint64(index)
            four, other = np.flatnonzero(here & ~six), np.flatnonzero(here & six)
            if len(four):
                networks, masks = self._networks_of(index)
                address = sources[four, None] & np.uint64(0xFFFFFFFF)
                may[four] = ((address & masks) == networks).any(axis=1)
            if len(other):
                networks, masks = self._networks_of_six(index)
                whole = np.ascontiguousarray(names[other, 8:24]).view(">u8").astype(np.uint64)
                may[other] = ((whole[:, None, :] & masks) == networks).all(axis=2).any(axis=1)
        return np.flatnonzero(may)

    def _networks_of(self, socket: int) -> tuple[U64, U64]:
        found = self._allowed.get(socket)
        if found is None:
            pairs = sorted({pair for leg in self._by_socket.get(socket, ()) for pair in leg.networks.pairs})
            table = np.array(pairs, np.uint64).reshape(-1, 2)
            found = self._allowed[socket] = table[:, 0], table[:, 1]
        return found

    def _networks_of_six(self, socket: int) -> tuple[U64, U64]:
        found = self._allowed_six.get(socket)
        if found is None:
            pairs = sorted({pair for leg in self._by_socket.get(socket, ()) for pair in leg.networks.six})
            halves = [[(number >> 64, number & HALF) for number in pair] for pair in pairs]
            table = np.array(halves, np.uint64).reshape(-1, 2, 2)
            found = self._allowed_six[socket] = table[:, 0], table[:, 1]
        return found

    def _forget_allowed(self, socket: int) -> None:
        self._allowed.pop(socket, None)
        self._allowed_six.pop(socket, None)

    def adopt(self, leg: Leg) -> list[bytes]:
        """The packets in limbo that came from where the leg's peer says it is."""
        if leg.announced is None:
            return []
        waiting = self._limbo.pop(leg.place.index << SOCKET_SHIFT | leg.announced, None)
        return list(waiting.packets) if waiting is not None else []

    def expire(self, now: float) -> None:
        """Drop what has waited too long."""
        for key in [key for key, waiting in self._limbo.items() if now - waiting.since > LIMBO_S]:
            self.dropped += len(self._limbo.pop(key).packets)

    def _judge(
        self, matrix: Matrix, rows: Iterable[int], key: int, legs: list[Leg], now: float, clock: int
    ) -> list[tuple[int, Leg]]:
        known = [leg for leg in legs if leg.knows_peer and self._is_silent(leg, clock)]
        if len(known) > 1:
            newest = max(known, key=lambda leg: leg.opened)
            if not newest.was_moved:
                newest.was_moved = True
                self.leave(newest)
                self._peers.move(newest, None, now)
                self.enter(newest)
            return []
        if not known:
            if not all(leg.knows_peer for leg in legs):
                self._wait(matrix, rows, key, now)
            return []
        leg = known[0]
        source = key & SOURCE_MASK
        return [(row, leg) for row in rows if leg.latched == source or self._counts(leg, matrix, row, source)]

    def _is_silent(self, leg: Leg, clock: int) -> bool:
        heard = int(self._legs.last_heard[leg.row])
        return heard < 0 or clock - heard >= SILENT_S * 8000

    def _counts(self, leg: Leg, matrix: Matrix, row: int, source: int) -> bool:
        head = matrix.packets[row, :12].tobytes()
        sequence, ssrc = int.from_bytes(head[2:4], "big"), int.from_bytes(head[8:12], "big")
        candidate = leg.candidate
        follows = (
            candidate is not None
            and candidate.source == source
            and candidate.ssrc == ssrc
            and 1 <= (sequence - candidate.sequence) & 0xFFFF <= 3
        )
        if candidate is None or not follows:
            leg.candidate = Candidate(source, ssrc, sequence)
            return False
        candidate.sequence = sequence
        candidate.packets += 1
        if candidate.packets < NEEDED:
            return False
        if matrix.source[row, 0] == AF_INET6:
            remember(matrix.source[row, 8:24].tobytes())
        self._peers.latch(leg, source)
        self.latched += 1
        return leg.latched == source

    def _wait(self, matrix: Matrix, rows: Iterable[int], key: int, now: float) -> None:
        waiting = self._limbo.get(key)
        if waiting is None:
            if len(self._limbo) >= LIMBO_SOURCES:
                return
            waiting = self._limbo[key] = _Waiting(now)
        for row in rows:
            waiting.packets.append(matrix.packets[row, : int(matrix.length[row])].tobytes())
