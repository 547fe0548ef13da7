"""The RTP header (RFC 3550 §5.1): one packet at a time, and whole matrices of packets at once."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbx.rtp.errors import HeaderError

FIXED = 12
MAX_CSRC = 15


@dataclass(frozen=True, slots=True)
class Packet:
    """One RTP packet; ``extension`` is (profile, bytes) or None."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False
    csrc: tuple[int, ...] = ()
    extension: tuple[int, bytes] | None = None
    padding: int = 0


def build(packet: Packet) -> bytes:
    """The packet as bytes. Raises HeaderError when a field is out of range."""
    if len(packet.csrc) > MAX_CSRC or not 0 <= packet.payload_type < 128 or not 0 <= packet.padding < 256:
        raise HeaderError("a field is out of range")
    first = 0x80 | len(packet.csrc) | (0x10 if packet.extension is not None else 0) | (0x20 if packet.padding else 0)
    second = packet.payload_type | (0x80 if packet.marker else 0)
    parts = [
        struct.pack(
            "!BBHII",
            first,
            second,
            packet.sequence & 0xFFFF,
            packet.timestamp & 0xFFFFFFFF,
            packet.ssrc & 0xFFFFFFFF,
        )
    ]
    parts += [struct.pack("!I", csrc & 0xFFFFFFFF) for csrc in packet.csrc]
    if packet.extension is not None:
        profile, body = packet.extension
        if len(body) % 4:
            raise HeaderError("a header extension is whole 32-bit words")
        parts.append(struct.pack("!HH", profile, len(body) // 4) + body)
    parts.append(packet.payload)
    if packet.padding:
        parts.append(bytes(packet.padding - 1) + bytes([packet.padding]))
    return b"".join(parts)


def parse(datagram: bytes) -> Packet:
    """The packet in ``datagram``. Raises HeaderError."""
    if len(datagram) < FIXED:
        raise HeaderError(f"{len(datagram)} bytes; an RTP header has {FIXED}")
    first, second, sequence, timestamp, ssrc = struct.unpack_from("!BBHII", datagram)
    if first >> 6 != 2:
        raise HeaderError(f"version {first >> 6}; allowed: 2")
    at = FIXED + 4 * (first & 15)
    end = len(datagram)
    if at > end:
        raise HeaderError("CSRC list runs past the end")
    csrc = struct.unpack_from(f"!{first & 15}I", datagram, FIXED)
    extension = None
    if first & 0x10:
        if at + 4 > end:
            raise HeaderError("header extension runs past the end")
        profile, words = struct.unpack_from("!HH", datagram, at)
        at += 4
        if at + 4 * words > end:
            raise HeaderError("header extension runs past the end")
        extension = (profile, datagram[at : at + 4 * words])
        at += 4 * words
    padding = 0
    if first & 0x20:
        padding = datagram[-1] if end > at else 0
        if padding == 0 or padding > end - at:
            raise HeaderError("padding does not fit")
    return Packet(
        second & 0x7F,
        sequence,
        timestamp,
        ssrc,
        datagram[at : end - padding],
        bool(second & 0x80),
        csrc,
        extension,
        padding,
    )


def plain_lengths(packets: NDArray[np.uint8], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Strip CSRC lists, extensions and padding from a matrix of RTP packets, in place.

    ``packets`` is (n, width), ``lengths`` the bytes in use of each row. Afterwards each payload starts at byte 12.
    Returns the new lengths; 0 for rows that are not RTP (RFC 3550 A.1).
    """
    count, width = packets.shape
    rows = np.arange(count)
    first = packets[:, 0].astype(np.int64)
    start = FIXED + 4 * (first & 15)
    has_extension = (first & 0x10) != 0
    good = (first >> 6 == 2) & (lengths <= width) & (start + 4 * has_extension <= lengths)
    at = np.minimum(start, width - 4)
    words = (packets[rows, at + 2].astype(np.int64) << 8) | packets[rows, at + 3]
    start = np.where(has_extension, start + 4 + 4 * words, start)
    good &= start <= lengths
    last = packets[rows, np.clip(lengths - 1, 0, width - 1)].astype(np.int64)
    padded = (first & 0x20) != 0
    padding = np.where(padded, last, 0)
    good &= ~padded | ((padding > 0) & (start + padding <= lengths))
    plain = np.where(good, lengths - padding - start + FIXED, 0)
    for offset in np.unique(start[good & (start > FIXED)]):
        moved = rows[good & (start == offset)]
        longest = int(plain[moved].max()) - FIXED
        packets[moved, FIXED : FIXED + longest] = packets[moved, offset : offset + longest]
    packets[rows[good], 0] = 0x80
    return plain
