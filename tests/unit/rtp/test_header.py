"""RTP headers (RFC 3550 §5.1), one by one and as matrices."""

from __future__ import annotations

import numpy as np
import pytest

from pbx.rtp.errors import HeaderError
from pbx.rtp.header import Packet, build, parse, plain_lengths

PACKETS = [
    Packet(0, 1, 2, 3, b"sound"),
    Packet(8, 65535, 0xFFFFFFFF, 0xFFFFFFFF, b"sound", marker=True),
    Packet(0, 1, 2, 3, b"sound", csrc=(4, 5, 6)),
    Packet(0, 1, 2, 3, b"sound", extension=(0xBEDE, b"12345678")),
    Packet(0, 1, 2, 3, b"sound", extension=(0, b"")),
    Packet(0, 1, 2, 3, b"sound", padding=7),
    Packet(101, 1, 2, 3, b"", csrc=tuple(range(15)), extension=(1, b"1234"), padding=4, marker=True),
]


@pytest.mark.parametrize("packet", PACKETS)
def test_what_is_built_is_parsed(packet: Packet) -> None:
    assert parse(build(packet)) == packet


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\x80" * 11,
        b"\x40" + bytes(11),
        b"\x81" + bytes(11),
        b"\x90" + bytes(11),
        b"\x90" + bytes(13) + b"\x00\x09",
        b"\xa0" + bytes(11),
        b"\xa0" + bytes(12),
        b"\xa0" + bytes(11) + b"\x09",
    ],
)
def test_what_is_cut_or_does_not_fit_is_an_error(datagram: bytes) -> None:
    with pytest.raises(HeaderError):
        parse(datagram)


def matrix(datagrams: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    packets = np.zeros((len(datagrams), 128), np.uint8)
    for row, datagram in enumerate(datagrams):
        packets[row, : len(datagram)] = np.frombuffer(datagram, np.uint8)
    return packets, np.array([len(datagram) for datagram in datagrams])


def test_a_matrix_is_stripped_like_its_packets() -> None:
    packets, lengths = matrix([build(packet) for packet in PACKETS])
    plain = plain_lengths(packets, lengths)
    for row, packet in enumerate(PACKETS):
        assert bytes(packets[row, 12 : plain[row]]) == packet.payload
        assert packets[row, 0] == 0x80


@pytest.mark.parametrize("datagram", [b"\x81" + bytes(11), b"\x90" + bytes(13) + b"\x00\x09", b"\xa0" + bytes(12)])
def test_a_row_that_is_no_rtp_has_no_length(datagram: bytes) -> None:
    packets, lengths = matrix([datagram, build(PACKETS[0])])
    assert plain_lengths(packets, lengths).tolist() == [0, 17]


def test_fields_out_of_range_are_refused() -> None:
    for packet in (Packet(128, 0, 0, 0, b""), Packet(0, 0, 0, 0, b"", csrc=tuple(range(16)))):
        with pytest.raises(HeaderError):
            build(packet)
    with pytest.raises(HeaderError):
        build(Packet(0, 0, 0, 0, b"", extension=(0, b"123")))
