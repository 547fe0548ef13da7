"""From where a packet came to which leg it belongs: one sorted 64-bit word per (socket, source address).

An IPv4 address is its own number. An IPv6 address goes by a secret hash of 28 bits, in the range that no IPv4 host has
(240.0.0.0/4); which address is meant is kept beside, and compared in full before a packet is anybody's.
"""

from __future__ import annotations

import ipaddress
import os
import socket as sockets
import struct

import numpy as np
from numpy.typing import NDArray

from pbx.media.table import NAME_BYTES

U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]

SOCKET_SHIFT = 48
SOURCE_MASK = (1 << SOCKET_SHIFT) - 1
SIX_FIRST = 0xF0000000
MAX_SIX = 1 << 17  # IPv6 addresses that are remembered; peers of legs, not whoever sends
_SIX = slice(8, 24)  # of a sockaddr_in6
_SECRETS = np.frombuffer(os.urandom(32), np.uint64) | np.uint64(1)
_known: dict[int, bytes] = {}


def name_of(address: str, port: int) -> U8:
    """An address as the bytes of a sockaddr_in or sockaddr_in6, padded to the row's width. Raises ValueError."""
    name = np.zeros(NAME_BYTES, np.uint8)
    packed = _packed(address)
    family = sockets.AF_INET if len(packed) == 4 else sockets.AF_INET6
    name[:4] = np.frombuffer(struct.pack("=H", family) + struct.pack("!H", port), np.uint8)
    name[slice(4, 8) if len(packed) == 4 else _SIX] = np.frombuffer(packed, np.uint8)
    return name


def address_of(name: U8) -> tuple[str, int]:
    """Address and port of a sockaddr."""
    raw = name.tobytes()
    port = int.from_bytes(raw[2:4], "big")
    if raw[0] == sockets.AF_INET6:
        return str(ipaddress.IPv6Address(raw[_SIX])), port
    return sockets.inet_ntoa(raw[4:8]), port


def number_of(address: str) -> int:
    """An address as 32 bits; an IPv6 address is remembered under its number. Raises ValueError."""
    packed = _packed(address)
    return int.from_bytes(packed, "big") if len(packed) == 4 else remember(packed)


def remember(packed: bytes) -> int:
    """The number of an IPv6 address that a leg's peer has."""
    number = int(_numbers_of_six(np.frombuffer(packed, np.uint8).reshape(1, 16))[0])
    _known.pop(number, None)
    _known[number] = packed
    if len(_known) > MAX_SIX:
        del _known[next(iter(_known))]
    return number


def learn(name: U8) -> None:
    """A sockaddr from which a peer has proven to speak: its number stands for it from now on."""
    if name[0] == sockets.AF_INET6:
        remember(name[_SIX].tobytes())


def text_of_number(number: int) -> str:
    """An address as text."""
    if number >= SIX_FIRST:
        return str(ipaddress.IPv6Address(_known.get(number, bytes(16))))
    return sockets.inet_ntoa(number.to_bytes(4, "big"))


def is_six(address: str) -> bool:
    return ":" in address


def _packed(address: str) -> bytes:
    try:
        if ":" in address:
            return sockets.inet_pton(sockets.AF_INET6, address.partition("%")[0])
        return sockets.inet_aton(address)
    except OSError:
        raise ValueError(f"not an IP address: {address!r}") from None


def _numbers_of_six(packed: U8) -> U64:
    """The numbers of IPv6 addresses (n, 16)."""
    words = _words(packed)
    with np.errstate(over="ignore"):
        mixed = (words[:, 0] ^ _SECRETS[0]) * _SECRETS[1]
        mixed ^= mixed >> np.uint64(29)
        mixed = (mixed ^ words[:, 1] ^ _SECRETS[2]) * _SECRETS[3]
    numbers: U64 = (mixed >> np.uint64(36)) | np.uint64(SIX_FIRST)
    return numbers


def _words(packed: U8) -> U64:
    words: U64 = np.ascontiguousarray(packed).view(np.uint64)
    return words


def _six_of(number: int) -> U64:
    """The whole of an IPv6 address that is known by its number; zeros for an IPv4 address."""
    words: U64 = _words(np.frombuffer(_known.get(number, bytes(16)), np.uint8).reshape(1, 16))[0]
    return words


def source_of(address: str, port: int) -> int:
    """48 bits of port and address: the lower part of a key. Raises ValueError."""
    return port << 32 | number_of(address)


def key_of(socket: int, source: int) -> int:
    return socket << SOCKET_SHIFT | source


def keys_of(socket: I64, names: U8) -> U64:
    """Keys of many packets: ``socket`` (n,), ``names`` (n, width) as the kernel wrote them."""
    keys = names.view(">u8")[:, 0].astype(np.uint64)  # family, port and address
    keys &= np.uint64(SOURCE_MASK)
    six = names[:, 0] == sockets.AF_INET6
    if six.any():
        keys[six] &= np.uint64(0xFFFF << 32)
        keys[six] |= _numbers_of_six(names[six, _SIX])
    keys |= socket.astype(np.uint64) << np.uint64(SOCKET_SHIFT)
    return keys


class Lookup:
    """Sorted keys and the row of each."""

    def __init__(self) -> None:
        self._keys: U64 = np.full(
            1, np.iinfo(np.uint64).max, np.uint64
        )  # a guard, so that a search never runs past the end
        self._rows: I64 = np.full(1, -1, np.int64)
        self._six: U64 = np.zeros((1, 2), np.uint64)  # the whole address of an IPv6 key

    def find(self, keys: U64) -> I64:
        """The row of each key, -1 where there is none."""
        at = np.searchsorted(self._keys, keys)
        rows: I64 = np.where(self._keys.take(at) == keys, self._rows.take(at), -1)
        return rows

    def compare(self, rows: I64, keys: U64, names: U8) -> None:
        """Take their rows from IPv6 packets whose whole address is not the one that their key stands for."""
        packets = np.flatnonzero((names[:, 0] == sockets.AF_INET6) & (rows >= 0))
        if len(packets):
            meant = self._six.take(np.searchsorted(self._keys, keys[packets]), axis=0)
            wrong = (meant != _words(names[packets, _SIX])).any(axis=1)
            rows[packets[wrong]] = -1

    def row_of(self, key: int) -> int:
        at = int(np.searchsorted(self._keys, np.uint64(key)))
        return int(self._rows[at]) if int(self._keys[at]) == key else -1

    def add(self, key: int, row: int) -> bool:
        """Enter a key; False (and nothing changed) when another row has it."""
        at = int(np.searchsorted(self._keys, np.uint64(key)))
        if int(self._keys[at]) == key:
            return int(self._rows[at]) == row
        self._keys = np.insert(self._keys, at, np.uint64(key))
        self._rows = np.insert(self._rows, at, row)
        self._six = np.insert(self._six, at, _six_of(key & 0xFFFFFFFF), axis=0)
        return True

    def remove(self, key: int, row: int) -> None:
        """Remove a key if it is this row's."""
        at = int(np.searchsorted(self._keys, np.uint64(key)))
        if int(self._keys[at]) == key and int(self._rows[at]) == row:
            self._keys = np.delete(self._keys, at)
            self._rows = np.delete(self._rows, at)
            self._six = np.delete(self._six, at, axis=0)

    def __len__(self) -> int:
        return len(self._keys) - 1
