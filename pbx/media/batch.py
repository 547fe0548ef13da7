"""Many datagrams in one system call, laid out so that NumPy and the kernel read the same bytes.

``Matrix`` holds packets, their sources and the kernel's message headers; ``Wire`` moves whole matrices with
``recvmmsg`` and ``sendmmsg``. Where the C library has neither, or lays its structures out differently, plain
``recvfrom`` and ``sendto`` do the same with more work.
"""

from __future__ import annotations

import ctypes
import errno
import socket as sockets
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pbx.media.lookup import address_of, name_of
from pbx.media.table import NAME_BYTES

I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]

WIDTH = 1536  # bytes a packet: whole DTLS and STUN datagrams fit
ROWS = 4096
PER_SOCKET = 512  # what one socket may deliver per pass: a flood on one starves nobody
_DONTWAIT = 0x40
_SOCKADDR_IN6 = 28  # for IPv4 the kernel reads the first 16 of it
_MESSAGE = np.dtype(
    [(name, "u8") for name in ("name", "namelen", "iov", "iovlen", "control", "controllen", "flags", "len")]
)
_VECTOR = np.dtype([("base", "u8"), ("len", "u8")])
_WORDS = _MESSAGE.itemsize // 4
_FLAGS_WORD, _LENGTH_WORD = 12, 14  # msg_flags and msg_len, as 32-bit words of a mmsghdr


class Matrix:
    """``rows`` packets of up to WIDTH bytes; row i came from ``source[i]`` on ``socket[i]``, ``length[i]`` long."""

    def __init__(self, rows: int = ROWS) -> None:
        self.rows = rows
        self.packets = np.zeros((rows, WIDTH), np.uint8)
        self.head = self.packets.view(">u4")[:, :3]  # of RTP: flags, type and sequence; timestamp; SSRC
        self.source = np.zeros((rows, NAME_BYTES), np.uint8)
        self.length = np.zeros(rows, np.int64)
        self.socket = np.zeros(rows, np.int64)
        self.vector = np.zeros(rows, _VECTOR)
        self.message = np.zeros(rows, _MESSAGE)
        each = np.arange(rows, dtype=np.uint64)
        self.vector["base"] = self.packets.ctypes.data + each * np.uint64(WIDTH)
        self.vector["len"] = WIDTH
        self.message["name"] = self.source.ctypes.data + each * np.uint64(NAME_BYTES)
        self.message["namelen"] = NAME_BYTES
        self.message["iov"] = self.vector.ctypes.data + each * np.uint64(_VECTOR.itemsize)
        self.message["iovlen"] = 1
        self.packets_base = self.packets.ctypes.data
        self.message_base = self.message.ctypes.data
        words = self.message.view(np.uint32).reshape(rows, _WORDS)
        self.message_flags, self.message_length = words[:, _FLAGS_WORD], words[:, _LENGTH_WORD]
        self.name_length = self.message["namelen"]


@dataclass(slots=True)
class WireCounters:
    """What the kernel did with what it was given."""

    received: int = 0
    sent: int = 0
    send_refused: int = 0
    send_full: int = 0
    truncated: int = 0


class _CMessage(ctypes.Structure):
    """``struct mmsghdr`` as the C library of 64-bit Linux has it, to compare the dtype with."""

    _fields_ = [
        ("name", ctypes.c_void_p),
        ("namelen", ctypes.c_uint32),
        ("iov", ctypes.c_void_p),
        ("iovlen", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("controllen", ctypes.c_size_t),
        ("flags", ctypes.c_int),
        ("len", ctypes.c_uint),
    ]


def has_batches() -> bool:
    """Whether ``recvmmsg`` and ``sendmmsg`` are there with the layout that ``Matrix`` has."""
    if not sys.platform.startswith("linux") or ctypes.sizeof(ctypes.c_void_p) != 8 or sys.byteorder != "little":
        return False
    offsets = (
        {name: _MESSAGE.fields[name][1] for name in ("name", "namelen", "iov", "iovlen")} if _MESSAGE.fields else {}
    )
    theirs = {name: getattr(_CMessage, name).offset for name in offsets}
    library = ctypes.CDLL(None)
    return (
        offsets == theirs
        and _CMessage.flags.offset == 48
        and hasattr(library, "recvmmsg")
        and hasattr(library, "sendmmsg")
    )


class Wire:
    """Receives from and sends to a fixed list of non-blocking UDP sockets; ``socket`` columns index that list."""

    def __init__(self, opened: Sequence[sockets.socket], batches: bool | None = None) -> None:
        self._sockets = list(opened)
        self._fds = [each.fileno() for each in opened]
        self.counters = WireCounters()
        self.batches = has_batches() if batches is None else batches
        self._outgoing = np.zeros(ROWS, _MESSAGE)
        self._outgoing["iovlen"] = 1
        self._names = np.zeros((ROWS, NAME_BYTES), np.uint8)
        self._outgoing["name"] = self._names.ctypes.data + np.arange(ROWS, dtype=np.uint64) * np.uint64(NAME_BYTES)
        self._outgoing["namelen"] = _SOCKADDR_IN6
        vectors = np.zeros(ROWS, _VECTOR)
        self._outgoing["iov"] = vectors.ctypes.data + np.arange(ROWS, dtype=np.uint64) * np.uint64(_VECTOR.itemsize)
        self._vectors = vectors  # the kernel reads them where they are
        self._from, self._size = vectors["base"].view(np.int64), vectors["len"].view(np.int64)
        self._outgoing_base = self._outgoing.ctypes.data
        if self.batches:
            # PyDLL keeps the interpreter lock: a tick never waits for a background thread to give it back.
            library = ctypes.PyDLL(None, use_errno=True)
            self._recvmmsg = library.recvmmsg
            self._recvmmsg.argtypes = [
                ctypes.c_int,
                ctypes.c_void_p,
                ctypes.c_uint,
                ctypes.c_int,
                ctypes.c_void_p,
            ]
            self._sendmmsg = library.sendmmsg
            self._sendmmsg.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int]

    def receive(self, matrix: Matrix, ready: Sequence[int]) -> int:
        """Fill ``matrix`` from the sockets ``ready`` (indices), PER_SOCKET each at most; how many packets there are."""
        count = 0
        for index in ready:
            room = min(PER_SOCKET, matrix.rows - count)
            if room <= 0:
                break
            got = (
                self._receive_batch(matrix, index, count, room)
                if self.batches
                else self._receive_each(matrix, index, count, room)
            )
            if got > 0:
                matrix.socket[count : count + got] = index
                count += got
        if self.batches and count:
            matrix.length[:count] = matrix.message_length[:count]
            matrix.name_length[:count] = NAME_BYTES
            flags = matrix.message_flags[:count]
            if flags.any():
                cut = (flags & np.uint32(sockets.MSG_TRUNC)) != 0
                matrix.length[:count][cut] = 0
                self.counters.truncated += int(cut.sum())
        self.counters.received += count
        return count

    def _receive_batch(self, matrix: Matrix, index: int, at: int, room: int) -> int:
        at_message = matrix.message_base + at * _MESSAGE.itemsize
        got: int = self._recvmmsg(self._fds[index], at_message, room, _DONTWAIT, None)
        return got

    def _receive_each(self, matrix: Matrix, index: int, at: int, room: int) -> int:
        for got in range(room):
            try:
                datagram, source = self._sockets[index].recvfrom(WIDTH)
            except (BlockingIOError, ConnectionError):
                return got
            row = at + got
            matrix.packets[row, : len(datagram)] = np.frombuffer(datagram, np.uint8)
            matrix.length[row] = len(datagram)
            matrix.source[row] = name_of(source[0], source[1])
        return room

    def send(self, matrix: Matrix, rows: I64, length: I64, socket: I64, names: U8) -> None:
        """Send the rows ``rows`` of ``matrix``: row i with ``length[i]`` bytes from ``socket[i]`` to ``names[i]``."""
        for first in range(0, len(rows), ROWS):
            part = slice(first, first + ROWS)
            if self.batches:
                self._send_batch(matrix, rows[part], length[part], socket[part], names[part])
            else:
                self._send_each(matrix, rows[part], length[part], socket[part], names[part])

    def _send_batch(self, matrix: Matrix, rows: I64, length: I64, socket: I64, names: U8) -> None:
        count = len(rows)
        first = int(socket[0])
        is_one = bool((socket == first).all())
        if not is_one:
            order = np.argsort(socket.astype(np.int16), kind="stable")
            rows, names, length, socket = rows[order], names[order], length[order], socket[order]
        self._names[:count] = names
        self._size[:count] = length
        np.multiply(rows, WIDTH, out=self._from[:count])
        self._from[:count] += matrix.packets_base
        if is_one:
            self._send_run(first, 0, count)
            return
        edges = [0, *(np.flatnonzero(socket[1:] != socket[:-1]) + 1).tolist(), count]
        for first, end in pairwise(edges):
            self._send_run(int(socket[first]), first, end)

    def _send_run(self, index: int, first: int, end: int) -> None:
        base = self._outgoing_base
        while first < end:
            done = self._sendmmsg(self._fds[index], base + first * _MESSAGE.itemsize, end - first, _DONTWAIT)
            if done > 0:
                first += done
                self.counters.sent += done
            elif ctypes.get_errno() in {errno.EAGAIN, errno.ENOBUFS}:
                self.counters.send_full += end - first
                return
            elif ctypes.get_errno() != errno.EINTR:
                first += 1  # the kernel stops at a row it cannot send; the others are not to suffer
                self.counters.send_refused += 1

    def _send_each(self, matrix: Matrix, rows: I64, length: I64, socket: I64, names: U8) -> None:
        for row, size, index, name in zip(rows.tolist(), length.tolist(), socket.tolist(), names, strict=True):
            try:
                self._sockets[index].sendto(matrix.packets[row, :size].tobytes(), address_of(name))
                self.counters.sent += 1
            except BlockingIOError:
                self.counters.send_full += 1
            except OSError:
                self.counters.send_refused += 1
