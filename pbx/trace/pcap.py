"""A trace as a capture file that Wireshark and tshark read (pcap, link type 101: raw IP).

Every message is one UDP datagram between the addresses that it went between, whatever it really went over: so a
message of TLS is readable too. Host names and browsers, which have no address, are 0.0.0.0.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address

from pbx.trace.message import Address, TracedMessage

_MAGIC, _LINK_RAW, _SNAP = 0xA1B2C3D4, 101, 262_144
_UDP, _HOPS = 17, 64
_MAX_PAYLOAD = 65_000
_Ip = IPv4Address | IPv6Address


def pcap(messages: Iterable[TracedMessage]) -> bytes:
    """The capture file."""
    parts = [struct.pack("<IHHiIII", _MAGIC, 2, 4, 0, 0, _SNAP, _LINK_RAW)]
    for message in messages:
        source, target = message.remote, message.local
        if message.direction == "out":
            source, target = target, source
        packet = _packet(source, target, message.octets[:_MAX_PAYLOAD])
        seconds = int(message.at)
        parts.append(struct.pack("<IIII", seconds, int((message.at - seconds) * 1e6), len(packet), len(packet)))
        parts.append(packet)
    return b"".join(parts)


def _packet(source: Address, target: Address, payload: bytes) -> bytes:
    from_, to = _ip(source[0]), _ip(target[0])
    if from_.version != to.version:
        from_, to = _as_v6(from_), _as_v6(to)
    udp = struct.pack("!HHHH", source[1], target[1], 8 + len(payload), 0) + payload
    if from_.version == 6:
        checksum = _checksum(from_.packed + to.packed + struct.pack("!II", len(udp), _UDP) + udp) or 0xFFFF
        udp = udp[:6] + struct.pack("!H", checksum) + udp[8:]
        return struct.pack("!IHBB", 6 << 28, len(udp), _UDP, _HOPS) + from_.packed + to.packed + udp
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, _HOPS, _UDP, 0) + from_.packed + to.packed
    return head[:10] + struct.pack("!H", _checksum(head)) + head[12:] + udp


def _ip(host: str) -> _Ip:
    try:
        address = ip_address(host)
    except ValueError:
        return IPv4Address(0)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _as_v6(address: _Ip) -> IPv6Address:
    return address if isinstance(address, IPv6Address) else IPv6Address(b"\0" * 10 + b"\xff\xff" + address.packed)


def _checksum(octets: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    if len(octets) % 2:
        octets += b"\0"
    total: int = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
