"""RTCP of legs: a report every five seconds or so, the peer's reports read, and what they say of the sound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pbx.media.leg import Leg
from pbx.media.lookup import name_of
from pbx.media.messages import Quality, Reading
from pbx.media.outgoing import Outgoing
from pbx.media.secure import Secure
from pbx.media.table import LegTable
from pbx.rtp import rtcp
from pbx.rtp.emodel import mos
from pbx.rtp.errors import RtcpError
from pbx.rtp.statistics import fraction_lost

INTERVAL_S = 5.0
CNAME = "centralita"


class Reports:
    """``epoch_of`` turns the worker's monotonic seconds into seconds since 1970."""

    def __init__(
        self,
        legs: LegTable,
        outgoing: Outgoing,
        secure: Secure,
        places: int,
        epoch_of: Callable[[float], float],
        seed: int,
    ) -> None:
        self._legs = legs
        self._outgoing = outgoing
        self._secure = secure
        self._places = places
        self._epoch_of = epoch_of
        self._random = np.random.default_rng(seed)
        self.malformed = 0
        self.received = 0
        self.sent = 0

    def hear(self, leg: Leg, datagram: bytes, now: float) -> None:
        """A compound packet of the leg's peer. What is malformed is counted and dropped."""
        try:
            packets = rtcp.parse(datagram)
        except RtcpError:
            self.malformed += 1
            return
        self.received += 1
        leg.reported_at = now
        now_ntp = rtcp.ntp_of(self._epoch_of(now))
        for packet in packets:
            if isinstance(packet, rtcp.SenderReport):
                leg.last_report = (rtcp.middle_of(packet.ntp), now)
            if isinstance(packet, rtcp.SenderReport | rtcp.ReceiverReport):
                for block in packet.blocks:
                    if block.ssrc == int(self._legs.ssrc[leg.row]):
                        leg.heard_of_us = self._heard_of_us(leg, block)
                        leg.counted_of_us = (block.lost, block.highest_sequence)
                        leg.round_trip_s = rtcp.round_trip_s(block, now_ntp) or leg.round_trip_s

    def _heard_of_us(self, leg: Leg, block: rtcp.ReportBlock) -> tuple[float, float]:
        """Loss and jitter of our stream; a peer may report what it likes, and is believed within reason."""
        sent = int(self._legs.sent_packets[leg.row])
        loss = min(max(block.lost, 0), sent) / sent if sent else 0.0
        return round(loss, 5), round(min(block.jitter / (8 * int(self._legs.rate[leg.row])), 60_000.0), 2)

    def sender_of(self, datagram: bytes) -> int | None:
        """The SSRC that a compound packet begins with, if it can be one."""
        if len(datagram) < 8 or datagram[0] >> 6 != 2 or datagram[1] not in {rtcp.SR, rtcp.RR}:
            return None
        return int.from_bytes(datagram[4:8], "big")

    def due(self, leg: Leg, now: float, clock: int) -> None:
        """Send the leg's report if it is time (RFC 3550 §6.2: randomised by half either way)."""
        if leg.report_due == 0.0:
            leg.report_due = now + INTERVAL_S * float(self._random.uniform(0.25, 0.75))
        if now < leg.report_due or leg.rtcp is None or not self._legs.has_address[leg.row]:
            return
        leg.report_due = now + INTERVAL_S * float(self._random.uniform(0.5, 1.5))
        self._send(leg, rtcp.build((self._report(leg, now, clock), self._who(leg))))

    def bye(self, leg: Leg, now: float, clock: int) -> None:
        """Say that the stream ends, where anything was ever sent."""
        if leg.rtcp is not None and self._legs.sent_packets[leg.row] and self._legs.has_address[leg.row]:
            goodbye = rtcp.Bye((int(self._legs.ssrc[leg.row]),))
            self._send(leg, rtcp.build((self._report(leg, now, clock), self._who(leg), goodbye)))

    def quality(self, leg: Leg, readings: tuple[Reading, ...]) -> Quality:
        """The leg's sound over its life, ``readings`` being how it went."""
        legs, row = self._legs, leg.row
        expected, received = legs.totals(row)
        lost = max(0, expected - received)
        loss = lost / expected if expected else 0.0
        jitter_ms = float(legs.jitter[row]) / (8 * int(legs.heard_rate[row]))
        trip = leg.round_trip_s * 1000 if leg.round_trip_s is not None else None
        codec = leg.remote.codec if leg.remote is not None else "PCMU"
        return Quality(
            codec=codec,
            packets_received=received,
            packets_sent=int(legs.sent_packets[row]),
            packets_lost=lost,
            loss=round(loss, 5),
            jitter_ms=round(jitter_ms, 2),
            mos=mos(loss, jitter_ms, trip, codec),
            round_trip_ms=round(trip, 2) if trip is not None else None,
            loss_sent=leg.heard_of_us[0] if leg.heard_of_us is not None else None,
            jitter_sent_ms=leg.heard_of_us[1] if leg.heard_of_us is not None else None,
            readings=readings,
        )

    def _who(self, leg: Leg) -> rtcp.SourceDescription:
        return rtcp.SourceDescription(int(self._legs.ssrc[leg.row]), CNAME)

    def _report(self, leg: Leg, now: float, clock: int) -> rtcp.SenderReport | rtcp.ReceiverReport:
        legs, row = self._legs, leg.row
        blocks = (self._block(leg, now),) if legs.heard_ssrc[row] >= 0 else ()
        ssrc = int(legs.ssrc[row])
        if legs.sent_packets[row] == 0:
            return rtcp.ReceiverReport(ssrc, blocks)
        timestamp = int(legs.last_timestamp[row]) + (clock - int(legs.last_sent[row])) * int(legs.rate[row])
        return rtcp.SenderReport(
            ssrc,
            rtcp.ntp_of(self._epoch_of(now)),
            timestamp & 0xFFFFFFFF,
            int(legs.sent_packets[row]),
            int(legs.sent_octets[row]),
            blocks,
        )

    def _block(self, leg: Leg, now: float) -> rtcp.ReportBlock:
        legs, row = self._legs, leg.row
        expected, received = legs.totals(row)
        fraction = fraction_lost(expected - leg.reported[0], received - leg.reported[1])
        leg.reported = (expected, received)
        last_sr, came = leg.last_report
        return rtcp.ReportBlock(
            ssrc=int(legs.heard_ssrc[row]),
            fraction_lost=fraction,
            lost=expected - received,
            highest_sequence=int(legs.highest_sequence[row]) & 0xFFFFFFFF,
            jitter=int(legs.jitter[row]),
            last_sr=last_sr,
            delay=round((now - came) * 65536) if last_sr else 0,
        )

    def _send(self, leg: Leg, datagram: bytes) -> None:
        if self._legs.secure[leg.row]:
            sealed = self._secure.srtp.seal_report(leg.row, datagram)
            if sealed is None:
                return
            datagram = sealed
        if leg.is_browser:
            self.sent += 1
            self._secure.ice.send(leg, datagram)
            return
        assert leg.rtcp is not None
        remote = leg.remote
        muxed = remote is not None and remote.rtcp_mux
        self.sent += 1
        socket = leg.place.index + (0 if muxed else self._places)
        self._outgoing.raw(datagram, socket, self._legs.address[leg.row] if muxed else name_of(*leg.rtcp))
