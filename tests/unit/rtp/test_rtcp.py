"""RTCP (RFC 3550 §6)."""

from __future__ import annotations

import pytest

from pbx.rtp import rtcp
from pbx.rtp.errors import RtcpError

BLOCK = rtcp.ReportBlock(1, 25, -3, 70000, 12, 99, 65536)
COMPOUND: tuple[rtcp.RtcpPacket, ...] = (
    rtcp.SenderReport(7, rtcp.ntp_of(1_700_000_000.5), 1234, 50, 8000, (BLOCK,)),
    rtcp.SourceDescription(7, "centralita"),
    rtcp.Bye((7, 8), "bye"),
)


def test_what_is_built_is_parsed() -> None:
    assert tuple(rtcp.parse(rtcp.build(COMPOUND))) == COMPOUND
    receiver = (rtcp.ReceiverReport(9, (BLOCK, BLOCK)),)
    assert tuple(rtcp.parse(rtcp.build(receiver))) == receiver


@pytest.mark.parametrize("length", range(1, 13))
def test_every_name_length_is_padded_to_whole_words(length: int) -> None:
    packets = (rtcp.ReceiverReport(1), rtcp.SourceDescription(1, "x" * length))
    built = rtcp.build(packets)
    assert len(built) % 4 == 0
    assert tuple(rtcp.parse(built)) == packets


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\x80\xc8",
        b"\x80\xc8\x00\x01\x00\x00\x00\x01",
        b"\x81\xc9\x00\x01\x00\x00\x00\x01",
        b"\x80\xc9\x00\x09\x00\x00\x00\x01",
        b"\x40\xc9\x00\x01\x00\x00\x00\x01",
        b"\x80\xca\x00\x01\x00\x00\x00\x01",
        b"\xa0\xc9\x00\x01\x00\x00\x00\x01\x00",
        rtcp.build((rtcp.ReceiverReport(1),)) * 40,
    ],
)
def test_what_is_no_compound_packet_is_an_error(datagram: bytes) -> None:
    with pytest.raises(RtcpError):
        rtcp.parse(datagram)


def test_unknown_packets_are_left_out() -> None:
    app = b"\x80\xcc\x00\x02\x00\x00\x00\x01name"
    assert rtcp.parse(rtcp.build((rtcp.ReceiverReport(1),)) + app) == [rtcp.ReceiverReport(1)]


def test_the_round_trip_is_what_is_left_of_the_time_between_two_reports() -> None:
    sent = rtcp.ntp_of(1_700_000_000.0)
    block = rtcp.ReportBlock(1, 0, 0, 0, 0, rtcp.middle_of(sent), round(2.0 * 65536))
    assert rtcp.round_trip_s(block, rtcp.ntp_of(1_700_000_002.15)) == pytest.approx(0.15, abs=0.001)
    assert rtcp.round_trip_s(rtcp.ReportBlock(1, 0, 0, 0, 0), sent) is None
    assert rtcp.round_trip_s(block, sent) is None
