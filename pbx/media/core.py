"""A media worker without its process: packets, commands and time come in, packets and events go out.

``MediaCore`` is put together from one file per idea; nothing in it reads a clock or opens a socket, so that tests drive
hours of sound in seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pbx.media import table
from pbx.media.answerers import Answerers
from pbx.media.arena import Arena
from pbx.media.batch import Matrix
from pbx.media.clips import ImmediateLoader
from pbx.media.codec_lanes import ImmediateEngine
from pbx.media.codecs import Codecs, Engine
from pbx.media.digits import Digits
from pbx.media.handshakes import Handshakes
from pbx.media.latching import Latching
from pbx.media.leg import Leg, Seat
from pbx.media.lookup import SOURCE_MASK, Lookup, is_six, keys_of
from pbx.media.messages import LegClosed, MediaEvent, MediaStarted, MediaTimedOut
from pbx.media.mixing import Mixer
from pbx.media.outgoing import Outgoing, Send
from pbx.media.peers import Peers
from pbx.media.plan import ROOM, Plan
from pbx.media.playback import LoaderPort, Playback
from pbx.media.ports import Place, Ports
from pbx.media.readings import Readings
from pbx.media.reception import Reception
from pbx.media.recorder import Recorder
from pbx.media.ring import JitterRing
from pbx.media.rtcp_reports import Reports
from pbx.media.secure import DTLS_END, Secure
from pbx.media.spool import Spooler
from pbx.media.srtp import Srtp
from pbx.media.steady import Steady
from pbx.media.table import CAPACITY, LegTable
from pbx.media.talkers import Talkers
from pbx.media.tick import Tick

I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]

RATE = 8000
TIMEOUT_S = 30.0
PATIENCE = 10  # times the timeout, for a peer that has told of its silence (RFC 3389 lets it do so just once)
REVIEW_PHASES = 160  # of the 200 in a second
REPORTS_PER_PASS = 64  # RTCP packets looked at in one pass; more is a flood


@dataclass(slots=True)
class Options:
    """How a worker is set up. ``advertised``: the address that SDP has instead of a real interface's (1:1 NAT).

    ``dedicated``: every leg has a port of its own.
    """

    advertised: str = ""
    dedicated: bool = False
    timeout_s: float = TIMEOUT_S
    capacity: int = CAPACITY
    seed: int = 0
    epoch_of: Callable[[float], float] = field(default=lambda now: now)


class MediaCore:
    """The legs of one worker and everything that happens to their sound."""

    def __init__(
        self,
        places: list[Place],
        send: Send,
        emit: Callable[[MediaEvent], None],
        options: Options,
        loader: LoaderPort | None = None,
        spooler: Spooler | None = None,
        handshakes: Handshakes | None = None,
        engine: Engine | None = None,
    ) -> None:
        self.options = options
        self.emit = emit
        self.by_name: dict[str, Leg] = {}
        self.by_row: dict[int, Leg] = {}
        self.legs = legs = LegTable(options.capacity)
        self.lookup = Lookup()
        self.ports = Ports(places, options.dedicated)
        self.random = np.random.default_rng(options.seed)
        self.loader = loader if loader is not None else ImmediateLoader()
        self.spooler = spooler if spooler is not None else Spooler(in_thread=False)
        self.ring = JitterRing(options.capacity, legs.suppresses)
        self.srtp = Srtp()
        self.outgoing = Outgoing(legs, send, self.srtp)
        self.engine = engine if engine is not None else ImmediateEngine()
        self.codecs = Codecs(legs, self.ring, self.outgoing, self.engine)
        self.playback = Playback(options.capacity, Arena(), self.loader, emit, self._played)
        self.recorder = Recorder(options.capacity, self.spooler, emit)
        self.talkers = Talkers(options.capacity, self._speaker_of, emit)
        self.mixer = Mixer(options.capacity, self.talkers.hear, self._mixed)
        self.digits = Digits(legs, self.outgoing, self.playback, emit, self.replan, self._tone_heard)
        self.answerers = Answerers(options.capacity, self.by_row.get, emit, self.replan)
        self.handshakes = handshakes if handshakes is not None else Handshakes(in_thread=False)
        self.secure = Secure(legs, self.lookup, self.by_row, self.outgoing, self.srtp, self.handshakes, emit)
        self.peers = Peers(legs, self.lookup, self.ports, self.secure, self.codecs, emit)
        self.latching = Latching(legs, self.peers)
        self.reports = Reports(legs, self.outgoing, self.secure, len(places), options.epoch_of, options.seed)
        self.readings = Readings(legs, options.epoch_of, emit)
        self.steady = Steady(legs, self.ring, self.outgoing.forward)
        self.reception = Reception(
            legs, self.ring, self.codecs, self.outgoing.forward, self._event_packet, self._suppressed
        )
        self.plan = Plan(legs, self.by_name, self.mixer, self.playback, self.ring, self.recorder)
        self.tick = Tick(
            legs, self.ring, self.recorder, self.mixer, self.playback, self.digits, self.outgoing, self.codecs
        )
        self.tick.on_said = self.answerers.hear
        self.has_six = any(is_six(place.address) for place in places)
        self.now = 0.0
        self.started_at: float | None = None
        self._next_second = 0.0
        self._unreviewed: list[Leg] = []
        self._reviews = 0
        self._limbo_matrix = Matrix(32)

    @property
    def is_ticking(self) -> bool:
        """Whether any leg hears, or is heard by, what the tick makes."""
        return bool(self.legs.ticks.any() or self.legs.pulls.any()) or self.digits.is_busy

    def clock(self, now: float) -> int:
        """Samples since the worker began."""
        if self.started_at is None:
            self.started_at = now - 1.0  # positive from the first packet on
        self.now = now
        return int((now - self.started_at) * RATE)

    # --- Packets ------------------------------------------------------------------------------------------------------

    def receive(self, matrix: Matrix, count: int, now: float) -> None:
        """``count`` datagrams have arrived on RTP and RTCP sockets."""
        clock = self.clock(now)
        keys = keys_of(matrix.socket[:count], matrix.source[:count])
        rows = self.lookup.find(keys)
        if self.has_six:
            self.lookup.compare(rows, keys, matrix.source[:count])
        relayed = self.steady.relay(matrix, keys, rows, clock)
        self.reception.relayed += relayed
        if relayed == count:
            return
        first, second = matrix.packets[:count, 0], matrix.packets[:count, 1]
        is_rtp = (first >> 6 == 2) & (matrix.length[:count] > 12)
        reports = (first >> 6 == 2) & (second >= 192) & (second <= 223)
        shared = matrix.socket[:count] < len(self.ports.places)
        is_rtp &= ~reports & shared
        if self.secure.count and (first < DTLS_END).any():
            self.secure.hear(matrix, first, keys, rows, shared, now)
        known = is_rtp & (rows >= 0)
        packets = np.flatnonzero(known)
        if len(packets) < count:
            others = np.flatnonzero(is_rtp & ~known)
            if len(others):
                admitted = self.latching.strangers(matrix, others, keys[others], now, clock)
                if admitted:
                    packets = np.concatenate([packets, np.array([packet for packet, _ in admitted], np.int64)])
                    rows[packets[-len(admitted) :]] = [leg.row for _, leg in admitted]
            self._hear_reports(matrix, np.flatnonzero(reports), rows)
        if len(packets) == 0:
            return
        rows = rows[packets]
        source = (keys[packets] & np.uint64(SOURCE_MASK)).astype(np.int64)
        wrong = source != self.legs.active[rows]
        if self.secure.count:
            wrong &= ~self.legs.by_ice[rows]  # any pair that a browser has checked is its own
        if wrong.any():
            for packet, row in zip(source[wrong].tolist(), rows[wrong].tolist(), strict=True):
                law = int(self.legs.law[row])
                self.peers.prefer(self.by_row[row], packet, now)
                if law != self.legs.law[row]:
                    self.replan(self.by_row[row])
            right = (source == self.legs.active[rows]) | self.legs.by_ice[rows]
            packets, rows = packets[right], rows[right]
        if self.srtp.rows:
            opened = self.secure.open_packets(matrix, packets, rows)
            packets, rows = packets[opened], rows[opened]
        self._take(matrix, packets, rows, clock, now)

    def _take(self, matrix: Matrix, packets: I64, rows: I64, clock: int, now: float) -> None:
        new = self.legs.last_heard[rows] < 0
        self.reception.take(matrix, packets, rows, clock)
        if new.any():
            for row in np.unique(rows[new]).tolist():
                leg = self.by_row[row]
                if not leg.heard_first and self.legs.last_heard[row] >= 0:
                    leg.heard_first = True
                    self.emit(MediaStarted(leg.name))

    def adopt(self, leg: Leg, now: float) -> None:
        """Packets that came before the peer's answer did are taken as if they came now."""
        waiting = self.latching.adopt(leg)
        for count, datagram in enumerate(waiting):
            self._limbo_matrix.packets[count, : len(datagram)] = np.frombuffer(datagram, np.uint8)
            self._limbo_matrix.length[count] = len(datagram)
        if waiting:
            packets = np.arange(len(waiting))
            self._take(self._limbo_matrix, packets, np.full(len(waiting), leg.row), self.clock(now), now)

    def _hear_reports(self, matrix: Matrix, packets: I64, rows: I64) -> None:
        """Some of the RTCP packets of one pass, those of known sources first."""
        if len(packets) > REPORTS_PER_PASS:
            packets = packets[np.argsort(rows[packets] < 0, kind="stable")]
            self.latching.dropped += len(packets) - REPORTS_PER_PASS
        for packet in packets[:REPORTS_PER_PASS].tolist():
            self._report(matrix, packet, int(rows[packet]))

    def _report(self, matrix: Matrix, packet: int, row: int) -> None:
        """RTCP: on the leg's own source (rtcp-mux), else by address and the SSRC of its sender."""
        datagram = matrix.packets[packet, : int(matrix.length[packet])].tobytes()
        leg = self.by_row.get(row)
        if leg is None:
            leg = self._reporter(datagram, int(matrix.socket[packet]), matrix.source[packet : packet + 1])
        if leg is None:
            self.latching.dropped += 1
            return
        report = self.srtp.open_report(leg.row, datagram) if self.legs.secure[leg.row] else datagram
        if report is not None:
            self.reports.hear(leg, report, self.now)

    def _reporter(self, datagram: bytes, socket: int, name: U8) -> Leg | None:
        ssrc = self.reports.sender_of(datagram)
        if ssrc is None:
            return None
        number = int(keys_of(np.zeros(1, np.int64), name)[0]) & 0xFFFFFFFF
        here = self.legs.used & ~self.legs.by_ice & (self.legs.heard_ssrc == ssrc)
        for row in np.flatnonzero(here & (self.legs.socket == socket % len(self.ports.places))).tolist():
            if int(self.legs.active[row]) & 0xFFFFFFFF == number:
                return self.by_row.get(row)
        return None

    def _event_packet(self, row: int, timestamp: int, kind: int, payload: bytes) -> None:
        """One telephone event; a peer that does not get the packet itself is told the digit when it is over."""
        leg = self.by_row[row]
        rate = table.WIDE_RATE // RATE if kind == table.WIDE_EVENT else 1
        for digit in self.digits.hear(leg, timestamp, payload, rate, self.now):
            peer = self._hearing(leg)
            if peer is None:
                continue
            relayed = int(self.legs.forward[row]) == peer.row
            if not relayed or self.legs.type_of_kind[peer.row, kind] == table.NONE:
                self._say(peer, digit)

    def _tone_heard(self, leg: Leg, digit: str) -> None:
        """A key in the sound of a leg: a peer that takes telephone events does not listen for tones."""
        peer = self._hearing(leg)
        if peer is not None and self.digits.takes_events(peer):
            self._say(peer, digit)

    def _say(self, leg: Leg, digit: str) -> None:
        if leg.remote is None or not leg.remote.keys_by_info:
            self.digits.say(leg, digit)
            self.replan(leg)

    def _suppressed(self, row: int) -> None:
        """The leg's peer stops sending when it is silent: whoever hears it may need noise of ours instead."""
        leg = self.by_row[row]
        if leg.peer is not None:
            self.replan(leg)

    def _hearing(self, leg: Leg) -> Leg | None:
        """Who is bridged with the leg and hears it."""
        peer = self.by_name.get(leg.peer or "")
        return None if peer is None or leg.held or leg.muted or peer.held else peer

    # --- Time ---------------------------------------------------------------------------------------------------------

    def run_phase(self, phase: int, now: float) -> None:
        """A quarter of the tick: call with phases 0, 1, 2, 3 in turn, every 5 ms."""
        clock = self.clock(now)
        self._loaded(now)
        self.secure.poll()
        self.codecs.poll(clock)
        self.tick.run(phase, clock, now)
        if phase == 0:
            self.playback.expire(now)
            self.talkers.tell(self.plan.rooms, clock)
            self.recorder.flush(clock)
            self.plan.tap(self.recorder.rooms)
            if self.recorder.freed:
                self.plan.apply(self.recorder.take_freed())
        self._review(now, clock)

    def _loaded(self, now: float) -> None:
        while self.loader.ready:
            self.playback.take(self.loader.ready.popleft(), now)

    def _review(self, now: float, clock: int) -> None:
        """Look at every leg once a second, a few of them in each phase, so that no pass is longer for it."""
        if not self._unreviewed and now >= self._next_second:
            self._next_second = now + 1.0
            self.latching.expire(now)
            self._unreviewed = list(self.by_name.values())
            self._reviews = 1 + len(self._unreviewed) // REVIEW_PHASES
        some, self._unreviewed = self._unreviewed[: self._reviews], self._unreviewed[self._reviews :]
        for leg in some:
            if self.by_row.get(leg.row) is leg:
                self.secure.expire(leg, now)
                self.reports.due(leg, now, clock)
                self.readings.due(leg, now)
                self._time_out(leg, now, clock)

    def _time_out(self, leg: Leg, now: float, clock: int) -> None:
        if leg.held or leg.remote is None or leg.is_link:
            leg.timeout_from = now
            return
        heard = int(self.legs.last_heard[leg.row])
        since = now - (clock - heard) / RATE if heard >= 0 else leg.timeout_from
        patience = self.options.timeout_s
        if self.legs.suppresses[leg.row]:
            since = max(since, leg.reported_at)  # a peer that is silent on purpose still sends reports
            patience *= PATIENCE if heard >= 0 and heard == int(self.legs.quiet_at[leg.row]) else 1
        silent = now - max(since, leg.timeout_from)
        if silent >= patience:
            leg.timeout_from = now
            self.emit(MediaTimedOut(leg.name, round(now - since, 1)))

    # --- What commands change -----------------------------------------------------------------------------------------

    def replan(self, *legs: Leg) -> None:
        """Derive anew who hears whom around ``legs``."""
        self.plan.apply(self.plan.concerned([leg.name for leg in legs]))

    def _speaker_of(self, row: int) -> str | None:
        leg = self.by_row.get(row)
        return None if leg is None or leg.is_link else leg.name

    def left_room(self, seat: Seat | None) -> None:
        """Somebody has left: who stays hears it, where the room is to."""
        if seat is not None and seat.tones:
            self.plan.chime(seat.room, "leave")

    def close(self, leg: Leg) -> None:
        """End a leg: its peer goes on in silence until told otherwise."""
        now = self.now
        clock = self.clock(now)
        around = self.plan.concerned([leg.name])
        self.reports.bye(leg, now, clock)
        quality = self.reports.quality(leg, self.readings.over_time(leg, now))
        self.playback.forget(leg.row)
        self.digits.forget(leg)
        self.answerers.watch(leg, False)
        self.recorder.leave(leg.name, clock)
        if leg.supervises is not None:
            self.plan.unwatch(leg.name, leg.supervises[0])
        for name in self.plan.supervisors_of(leg.name):
            self.by_name[name].supervises = None
        if (peer := self.by_name.get(leg.peer or "")) is not None:
            peer.peer = None
        self.plan.forget(leg)
        self.latching.leave(leg)
        self.secure.release(leg)
        self.srtp.leave(leg.row)
        self.codecs.leave(leg.row)
        self.peers.release(leg, now)
        del self.by_name[leg.name], self.by_row[leg.row]
        self.legs.release(leg.row)
        self.plan.apply(around - {leg.name})
        self.left_room(leg.seat)
        self.talkers.forget(leg.row)
        self.emit(LegClosed(leg.name, quality))

    def _mixed(self, group: str, frame: NDArray[np.int16]) -> None:
        self.recorder.feed_room(group.removeprefix(ROOM), frame, self.clock(self.now))

    def _played(self, name: str) -> None:
        leg = self.by_name.get(name)
        if leg is not None:
            self.replan(leg)
