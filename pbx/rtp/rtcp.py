"""RTCP packets (RFC 3550 §6): sender and receiver reports, SDES, BYE, in compound packets."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from pbx.rtp.errors import RtcpError

SR, RR, SDES, BYE, APP = 200, 201, 202, 203, 204
CNAME = 1
NTP_EPOCH = 2_208_988_800  # 1900-01-01 to 1970-01-01 in seconds
MAX_PACKETS = 32


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """How one stream is received (§6.4.1). ``lost`` is signed 24-bit; ``last_sr`` and ``delay`` in 1/65536 s."""

    ssrc: int
    fraction_lost: int
    lost: int
    highest_sequence: int
    jitter: int
    last_sr: int = 0
    delay: int = 0


@dataclass(frozen=True, slots=True)
class SenderReport:
    """``ntp`` is 32.32 fixed-point seconds since 1900."""

    ssrc: int
    ntp: int
    rtp_timestamp: int
    packets: int
    octets: int
    blocks: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    ssrc: int
    blocks: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceDescription:
    ssrc: int
    cname: str


@dataclass(frozen=True, slots=True)
class Bye:
    sources: tuple[int, ...]
    reason: str = ""


RtcpPacket = SenderReport | ReceiverReport | SourceDescription | Bye


def ntp_of(epoch_s: float) -> int:
    """UTC seconds since 1970 as a 64-bit NTP timestamp (§4)."""
    return int((epoch_s + NTP_EPOCH) * (1 << 32)) & 0xFFFFFFFFFFFFFFFF


def middle_of(ntp: int) -> int:
    """The middle 32 bits, which a report block repeats as ``last_sr``."""
    return (ntp >> 16) & 0xFFFFFFFF


def round_trip_s(block: ReportBlock, now_ntp: int) -> float | None:
    """Round trip by §6.4.1: arrival − LSR − DLSR; None when the peer has had no report of ours, or answers nonsense."""
    if block.last_sr == 0:
        return None
    ticks = (middle_of(now_ntp) - block.last_sr - block.delay) & 0xFFFFFFFF
    return ticks / 65536 if ticks < 1 << 22 else None  # a minute or more, or negative: not a round trip


def build(packets: tuple[RtcpPacket, ...]) -> bytes:
    """A compound packet. Raises RtcpError unless it begins with a report (§6.1)."""
    if not packets or not isinstance(packets[0], SenderReport | ReceiverReport):
        raise RtcpError("a compound packet begins with a report")
    return b"".join(_build_one(packet) for packet in packets)


def _build_one(packet: RtcpPacket) -> bytes:
    match packet:
        case SenderReport():
            body = struct.pack(
                "!IQIII",
                packet.ssrc,
                packet.ntp,
                packet.rtp_timestamp & 0xFFFFFFFF,
                packet.packets & 0xFFFFFFFF,
                packet.octets & 0xFFFFFFFF,
            )
            return _frame(SR, len(packet.blocks), body + b"".join(_block(block) for block in packet.blocks))
        case ReceiverReport():
            body = struct.pack("!I", packet.ssrc)
            return _frame(RR, len(packet.blocks), body + b"".join(_block(block) for block in packet.blocks))
        case SourceDescription():
            name = packet.cname.encode()[:255]
            items = struct.pack("!IBB", packet.ssrc, CNAME, len(name)) + name
            return _frame(SDES, 1, items + bytes(4 - len(items) % 4))
        case Bye():
            body = struct.pack(f"!{len(packet.sources)}I", *packet.sources)
            if packet.reason:
                text = packet.reason.encode()[:255]
                body += bytes([len(text)]) + text
                body += bytes(-len(body) % 4)
            return _frame(BYE, len(packet.sources), body)


def _frame(kind: int, count: int, body: bytes) -> bytes:
    if count > 31:
        raise RtcpError("more than 31 items")
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def _block(block: ReportBlock) -> bytes:
    lost = max(-0x800000, min(0x7FFFFF, block.lost)) & 0xFFFFFF
    return struct.pack(
        "!IIIIII",
        block.ssrc,
        (block.fraction_lost & 0xFF) << 24 | lost,
        block.highest_sequence & 0xFFFFFFFF,
        min(block.jitter, 0xFFFFFFFF),
        block.last_sr,
        min(block.delay, 0xFFFFFFFF),
    )


def parse(datagram: bytes) -> list[RtcpPacket]:
    """The packets of a compound packet; unknown kinds are left out. Raises RtcpError (validity checks of A.2)."""
    found: list[RtcpPacket] = []
    at = 0
    while at < len(datagram):
        if len(datagram) - at < 4:
            raise RtcpError("cut inside a header")
        first, kind, words = struct.unpack_from("!BBH", datagram, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2:
            raise RtcpError(f"version {first >> 6}; allowed: 2")
        if at == 0 and kind not in {SR, RR}:
            raise RtcpError("a compound packet begins with a report")
        if end > len(datagram):
            raise RtcpError("length runs past the end")
        body = datagram[at + 4 : end]
        if first & 0x20:
            if end != len(datagram) or not body or not 0 < body[-1] <= len(body):
                raise RtcpError("padding does not fit")
            body = body[: -body[-1]]
        found += _parse_one(kind, first & 31, body)
        if len(found) > MAX_PACKETS:
            raise RtcpError(f"more than {MAX_PACKETS} packets")
        at = end
    if not found:
        raise RtcpError("empty")
    return found


def _parse_one(kind: int, count: int, body: bytes) -> list[RtcpPacket]:
    try:
        if kind == SR:
            ssrc, ntp, timestamp, packets, octets = struct.unpack_from("!IQIII", body)
            return [SenderReport(ssrc, ntp, timestamp, packets, octets, _parse_blocks(body, 24, count))]
        if kind == RR:
            return [ReceiverReport(struct.unpack_from("!I", body)[0], _parse_blocks(body, 4, count))]
        if kind == SDES:
            return list(_parse_sdes(body, count))
        if kind == BYE:
            sources = struct.unpack_from(f"!{count}I", body)
            reason = body[4 * count + 1 : 4 * count + 1 + body[4 * count]] if len(body) > 4 * count else b""
            return [Bye(sources, reason.decode("utf-8", "replace"))]
    except struct.error as error:
        raise RtcpError(f"cut packet of type {kind}: {error}") from None
    return []


def _parse_blocks(body: bytes, at: int, count: int) -> tuple[ReportBlock, ...]:
    blocks = []
    for _ in range(count):
        ssrc, loss, highest, jitter, last_sr, delay = struct.unpack_from("!IIIIII", body, at)
        lost = loss & 0xFFFFFF
        blocks.append(ReportBlock(ssrc, loss >> 24, lost - (lost >> 23 << 24), highest, jitter, last_sr, delay))
        at += 24
    return tuple(blocks)


def _parse_sdes(body: bytes, count: int) -> list[SourceDescription]:
    found = []
    at = 0
    for _ in range(count):
        (ssrc,) = struct.unpack_from("!I", body, at)
        at += 4
        cname = ""
        while at < len(body) and body[at] != 0:
            if at + 2 > len(body) or at + 2 + body[at + 1] > len(body):
                raise RtcpError("an SDES item runs past the end")
            if body[at] == CNAME:
                cname = body[at + 2 : at + 2 + body[at + 1]].decode("utf-8", "replace")
            at += 2 + body[at + 1]
        at += 4 - at % 4
        found.append(SourceDescription(ssrc, cname))
    return found
