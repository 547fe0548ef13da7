"""STUN on the SIP port: how a phone keeps its way through a NAT open (RFC 5626 §4.4.2, §8; RFC 8489)."""

from __future__ import annotations

import struct
from ipaddress import ip_address

LONGEST = 548  # octets of a request that is read; a keep-alive has 20 to 28
_COOKIE = 0x2112A442
_BINDING_REQUEST, _BINDING_SUCCESS = 0x0001, 0x0101
_XOR_MAPPED_ADDRESS = 0x0020
_HEADER = struct.Struct("!HHI12s")


def is_stun(data: bytes) -> bool:
    """Whether a datagram is STUN: its first octet is 0 or 1, which no SIP message begins with."""
    return len(data) >= _HEADER.size and data[0] < 2 and data[4:8] == _COOKIE.to_bytes(4, "big")


def answer(data: bytes, source: tuple[str, int]) -> bytes | None:
    """The Binding response that tells the sender where it is seen from; None to anything else.

    It is 32 or 44 octets long and needs no memory: a forged source gets little more than was sent for it.
    """
    if len(data) > LONGEST:
        return None
    kind, length, cookie, transaction = _HEADER.unpack_from(data)
    if kind != _BINDING_REQUEST or length != len(data) - _HEADER.size or length % 4:
        return None
    address = ip_address(source[0])
    mask = _COOKIE.to_bytes(4, "big") + transaction
    mapped = bytes(octet ^ key for octet, key in zip(address.packed, mask, strict=False))
    value = struct.pack("!xBH", 1 if address.version == 4 else 2, source[1] ^ (_COOKIE >> 16)) + mapped
    attribute = struct.pack("!HH", _XOR_MAPPED_ADDRESS, len(value)) + value
    return _HEADER.pack(_BINDING_SUCCESS, len(attribute), cookie, transaction) + attribute
