"""What arrives: each packet is told apart, counted, and goes where it belongs, a whole matrix at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from pbx.media import relay, table
from pbx.media.batch import Matrix
from pbx.media.codecs import Codecs
from pbx.media.ring import JitterRing
from pbx.media.table import LegTable
from pbx.rtp import statistics
from pbx.rtp.comfort_noise import rms_of
from pbx.rtp.header import plain_lengths

I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
BOOL = NDArray[np.bool_]

HEADER = 12
PAUSE = 1600  # samples that a peer with nothing lost has left out: it stops sending when it is silent
HABIT = 80_000  # two pauses within ten seconds are a habit; one alone may be a hold
ROUNDS = 64  # packets of one leg in one pass; more is a flood


class Reception:
    """Counts, relays and files RTP of known legs."""

    def __init__(
        self,
        legs: LegTable,
        ring: JitterRing,
        codecs: Codecs,
        send: Callable[[Matrix, I64, I64, I64], None],
        on_event_packet: Callable[[int, int, int, bytes], None],
        on_suppressed: Callable[[int], None],
    ) -> None:
        self._legs = legs
        self._ring = ring
        self._codecs = codecs
        self._send = send
        self._on_event_packet = on_event_packet
        self._on_suppressed = on_suppressed
        self._first = np.zeros(legs.capacity, np.int64)
        self.malformed = 0
        self.flooded = 0
        self.relayed = 0

    def take(self, matrix: Matrix, packets: I64, rows: I64, clock: int) -> None:
        """RTP packets ``packets`` of the legs ``rows``, in the order of arrival."""
        packets, rows = self._plain(matrix, packets, rows)
        sent: list[tuple[I64, I64]] = []
        for chosen in self._rounds(rows):
            self._round(matrix, packets[chosen], rows[chosen], clock, sent)
        if sent:
            out = sent[0][0] if len(sent) == 1 else np.concatenate([each for each, _ in sent])
            to = sent[0][1] if len(sent) == 1 else np.concatenate([each for _, each in sent])
            legs = self._legs
            length = matrix.length[out]
            np.add.at(legs.sent_packets, to, 1)
            np.add.at(legs.sent_octets, to, length - HEADER)
            self.relayed += len(out)
            self._send(matrix, out, length, to)

    def _plain(self, matrix: Matrix, packets: I64, rows: I64) -> tuple[I64, I64]:
        """Without CSRC, extension, padding; what is no RTP is counted and gone."""
        odd = matrix.packets[packets, 0] != 0x80
        if not odd.any():
            return packets, rows
        which = packets[odd]
        sub, lengths = matrix.packets[which], matrix.length[which]
        plain = plain_lengths(sub, lengths)
        matrix.packets[which] = sub
        matrix.length[which] = plain
        good = matrix.length[packets] > HEADER
        self.malformed += int(len(good) - good.sum())
        return packets[good], rows[good]

    def _rounds(self, rows: I64) -> Iterator[I64]:
        """Indices of ``rows`` in groups in which each leg is there once, keeping each leg's order."""
        left = np.arange(len(rows))
        for _ in range(ROUNDS):
            if len(left) == 0:
                return
            here = rows[left]
            self._first[here[::-1]] = left[::-1]  # the last write is the first packet
            now = self._first[here] == left
            if now.all():
                yield left
                return
            yield left[now]
            left = left[~now]
        self.flooded += len(left)

    def _round(self, matrix: Matrix, packets: I64, rows: I64, clock: int, sent: list[tuple[I64, I64]]) -> None:
        legs = self._legs
        head = matrix.packets[packets, :HEADER]
        kind = legs.kinds[rows, head[:, 1] & 0x7F].astype(np.int64)
        refused = kind == table.REFUSED
        if refused.any():
            legs.refused[rows[refused]] += 1
            keep = ~refused
            packets, rows, head, kind = packets[keep], rows[keep], head[keep], kind[keep]
            if len(rows) == 0:
                return
        sequence = head[:, 2:4].view(">u2")[:, 0].astype(np.int64)
        timestamp = head[:, 4:8].view(">u4")[:, 0].astype(np.int64)
        ssrc = head[:, 8:12].view(">u4")[:, 0].astype(np.int64)
        duplicate = self._count(rows, sequence, timestamp, ssrc, clock)
        if duplicate.any():
            keep = ~duplicate
            packets, rows, kind = packets[keep], rows[keep], kind[keep]
            sequence, timestamp, ssrc = sequence[keep], timestamp[keep], ssrc[keep]
        wanted = legs.pulls[rows]
        tapped = (kind <= table.PCMA) & wanted
        if tapped.any():
            self._file(matrix, packets[tapped], rows[tapped], ssrc[tapped], timestamp[tapped], kind[tapped], clock)
        coded = ((kind == table.G722) | (kind == table.OPUS)) & wanted
        if coded.any():
            numbers = (ssrc[coded], timestamp[coded], sequence[coded])
            self._codecs.decode(matrix, packets[coded], rows[coded], numbers, kind[coded] - table.PCMU, clock)
        self._hear_noise(matrix, packets, rows, kind, clock)
        self._hear_events(matrix, packets, rows, timestamp, kind)
        to = legs.forward[rows]
        goes = to >= 0
        if not goes.all():
            packets, to, rows, kind = packets[goes], to[goes], rows[goes], kind[goes]
        own_event = (to == rows) & _are_events(kind)
        if own_event.any():
            packets, to, kind = packets[~own_event], to[~own_event], kind[~own_event]
        if len(packets):
            done = relay.forward(legs, matrix, packets, to, kind, clock)
            if len(done[0]):
                sent.append(done)

    def _file(self, matrix: Matrix, packets: I64, rows: I64, ssrc: I64, timestamp: I64, kind: I64, clock: int) -> None:
        length = matrix.length[packets] - HEADER
        width = int(length.max())
        payload = matrix.packets[packets, HEADER : HEADER + max(width, 160)]
        self._ring.write(rows, ssrc, timestamp, payload, length, kind - table.PCMU, clock)

    def _hear_noise(self, matrix: Matrix, packets: I64, rows: I64, kind: I64, clock: int) -> None:
        """Comfort noise: its leg is silent from here on, and not because packets are lost."""
        noise = kind == table.COMFORT_NOISE
        if not noise.any():
            return
        quiet = rows[noise]
        self._legs.quiet_at[quiet] = clock
        self._suppress(quiet[self._legs.suppresses[quiet] != table.BY_NOISE], table.BY_NOISE)
        self._ring.rest(quiet, rms_of(matrix.packets[packets[noise], HEADER]), clock)

    def _suppress(self, rows: I64, how: int) -> None:
        self._legs.suppresses[rows] = how
        for row in rows.tolist():
            self._on_suppressed(row)

    def _hear_events(self, matrix: Matrix, packets: I64, rows: I64, timestamp: I64, kind: I64) -> None:
        events = np.flatnonzero(_are_events(kind))
        self._legs.event_at[rows[events]] = self._legs.last_heard[rows[events]]
        for packet, row, stamp, each in zip(
            packets[events].tolist(),
            rows[events].tolist(),
            timestamp[events].tolist(),
            kind[events].tolist(),
            strict=True,
        ):
            end = min(int(matrix.length[packet]), HEADER + 64)
            self._on_event_packet(row, stamp, each, matrix.packets[packet, HEADER:end].tobytes())

    def _count(self, rows: I64, sequence: I64, timestamp: I64, ssrc: I64, clock: int) -> BOOL:
        """Statistics of one packet per leg (RFC 3550 A.1, A.8); which packets are duplicates."""
        legs = self._legs
        highest = legs.highest_sequence[rows]
        extended = statistics.extend(highest, sequence, 16)
        ahead = extended - highest
        fresh = (legs.heard_ssrc[rows] != ssrc) | (ahead > statistics.MAX_DROPOUT) | (ahead < -statistics.MAX_DROPOUT)
        transit = statistics.extend(
            np.zeros(len(rows), np.int64), (clock * legs.heard_rate[rows] - timestamp) & 0xFFFFFFFF, 32
        )
        if fresh.any():
            self._begin(rows[fresh], ssrc[fresh], sequence[fresh], transit[fresh])
            extended = np.where(fresh, sequence, extended)
            highest = np.where(fresh, sequence - 1, highest)
            ahead = extended - highest
        rate = legs.heard_rate[rows]
        paused = ((clock - legs.last_heard[rows]) * rate - transit + legs.transit[rows]) // rate
        silent = (ahead == 1) & ~fresh & (paused >= PAUSE) & (paused < relay.TIMESTAMP_JUMP * 30)
        silent &= legs.last_heard[rows] != legs.event_at[rows]  # a key is no silence, though its timestamp stands still
        window, duplicate = statistics.seen(legs.window[rows], highest, extended)
        legs.window[rows] = window
        legs.highest_sequence[rows] = np.maximum(highest, extended)
        legs.base_sequence[rows] = np.minimum(legs.base_sequence[rows], extended)
        legs.stream_packets[rows] += ~duplicate
        legs.duplicates[rows] += duplicate
        legs.reordered[rows] += (ahead < 0) & ~duplicate
        difference = np.abs(transit - legs.transit[rows])
        steady = difference < relay.TIMESTAMP_JUMP  # a timestamp jump is not jitter
        legs.jitter[rows] += np.where(steady, (difference - legs.jitter[rows]) / 16.0, 0.0)
        legs.transit[rows] = transit
        legs.last_heard[rows] = clock
        if silent.any():
            self._ring.forgive(rows[silent])
            again = silent & (legs.paused_at[rows] >= 0) & (clock - legs.paused_at[rows] < HABIT)
            legs.paused_at[rows[silent]] = clock
            self._suppress(rows[again & (legs.suppresses[rows] == 0)], table.BY_STOPPING)
        return duplicate

    def _begin(self, rows: I64, ssrc: I64, sequence: I64, transit: I64) -> None:
        """Another stream: what was counted of the one before is kept."""
        legs = self._legs
        had = rows[legs.heard_ssrc[rows] >= 0]
        legs.past_expected[had] += legs.highest_sequence[had] - legs.base_sequence[had] + 1
        legs.past_packets[had] += legs.stream_packets[had]
        legs.heard_ssrc[rows] = ssrc
        legs.base_sequence[rows] = sequence
        legs.stream_packets[rows] = 0
        legs.window[rows] = 0
        legs.transit[rows] = transit


def _are_events(kind: I64) -> BOOL:
    found: BOOL = (kind == table.TELEPHONE_EVENT) | (kind == table.WIDE_EVENT)
    return found
