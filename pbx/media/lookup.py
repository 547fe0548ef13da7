"""From where a packet came to which leg it belongs: one sorted 64-bit word per (socket, source address)."""

from __future__ import annotations

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


def name_of(address: str, port: int) -> U8:
    """An IPv4 address as the bytes of a sockaddr_in, padded to the row's width. Raises ValueError."""
    try:
        packed = sockets.inet_aton(address)
    except OSError:
        raise ValueError(f"not an IPv4 address: {address!r}") from None
    name = np.zeros(NAME_BYTES, np.uint8)
    family = struct.pack("=H", sockets.AF_INET)
    name[:8] = np.frombuffer(family + struct.pack("!H", port) + packed, np.uint8)
    return name


def address_of(name: U8) -> tuple[str, int]:
    """Address and port of a sockaddr_in."""
    raw = name.tobytes()
    return sockets.inet_ntoa(raw[4:8]), int.from_bytes(raw[2:4], "big")


def number_of(address: str) -> int:
    """An IPv4 address as a number. Raises ValueError."""
    try:
        return int.from_bytes(sockets.inet_aton(address), "big")
    except OSError:
        raise ValueError(f"not an IPv4 address: {address!r}") from None


def text_of_number(number: int) -> str:
    """An IPv4 address as text."""
    return sockets.inet_ntoa(number.to_bytes(4, "big"))


def source_of(address: str, port: int) -> int:
    """48 bits of port and address: the lower part of a key."""
    return port << 32 | number_of(address)


def key_of(socket: int, source: int) -> int:
    return socket << SOCKET_SHIFT | source


def keys_of(socket: I64, names: U8) -> U64:
    """Keys of many packets: ``socket`` (n,), ``names`` (n, width) as the kernel wrote them."""
    keys = names.view(">u8")[:, 0].astype(np.uint64)  # family, port and address
    keys &= np.uint64(SOURCE_MASK)
    keys |= socket.astype(np.uint64) << np.uint64(SOCKET_SHIFT)
    return keys


class Lookup:
    """Sorted keys and the row of each."""

    def __init__(self) -> None:
        self._keys: U64 = np.full(
            1, np.iinfo(np.uint64).max, np.uint64
        )  # a guard, so that a search never runs past the end
        self._rows: I64 = np.full(1, -1, np.int64)

    def find(self, keys: U64) -> I64:
        """The row of each key, -1 where there is none."""
        at = np.searchsorted(self._keys, keys)
        rows: I64 = np.where(self._keys.take(at) == keys, self._rows.take(at), -1)
        return rows

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
        return True

    def remove(self, key: int, row: int) -> None:
        """Remove a key if it is this row's."""
        at = int(np.searchsorted(self._keys, np.uint64(key)))
        if int(self._keys[at]) == key and int(self._rows[at]) == row:
            self._keys = np.delete(self._keys, at)
            self._rows = np.delete(self._rows, at)

    def __len__(self) -> int:
        return len(self._keys) - 1
