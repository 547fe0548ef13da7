"""How a phone's SIP messages travel: UDP with the kernel's arrival time, or one connection to the server."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import ssl
import time
from collections.abc import Callable
from typing import Protocol

from tests.kit.rtp import SO_TIMESTAMPNS, arrival, family_of

Address = tuple[str, int]
OnDatagram = Callable[[bytes, Address, float], None]


class Transport(Protocol):
    """``name`` as in a Via; ``local`` as in a Contact; ``is_reliable``: no retransmissions."""

    name: str
    local: Address
    is_reliable: bool

    @property
    def is_closed(self) -> bool: ...

    def send(self, octets: bytes, to: Address) -> None: ...

    def close(self) -> None: ...


class UdpTransport:
    """A bound UDP socket, read from the running loop."""

    name = "UDP"
    is_reliable = False

    def __init__(self, on_datagram: OnDatagram, bind: Address) -> None:
        self._on_datagram = on_datagram
        self._socket = socket.socket(family_of(bind[0]), socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.setblocking(False)
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._socket.bind(bind)
        self.local: Address = self._socket.getsockname()[:2]
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._read)

    @property
    def is_closed(self) -> bool:
        return self._socket.fileno() < 0

    def send(self, octets: bytes, to: Address) -> None:
        with contextlib.suppress(OSError):
            self._socket.sendto(octets, to)

    def close(self) -> None:
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _read(self) -> None:
        for _ in range(100):
            try:
                datagram, ancillary, _, source = self._socket.recvmsg(65535, 64)
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP error of an earlier send
            self._on_datagram(datagram, source[:2], arrival(ancillary))


class TcpTransport(asyncio.Protocol):
    """One connection to the server, TCP or TLS; messages are framed by Content-Length (RFC 3261 §18.3)."""

    is_reliable = True

    def __init__(self, on_message: OnDatagram, name: str = "TCP") -> None:
        self.name = name
        self._on_message = on_message
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._peer: Address = ("", 0)
        self.local: Address = ("", 0)
        self.lost = False

    @classmethod
    async def connect(
        cls, on_message: OnDatagram, server: Address, encryption: ssl.SSLContext | None = None
    ) -> TcpTransport:
        """Open the connection. Raises OSError."""
        name = "TCP" if encryption is None else "TLS"
        _, protocol = await asyncio.get_running_loop().create_connection(
            lambda: cls(on_message, name), *server, ssl=encryption
        )
        return protocol

    @property
    def is_closed(self) -> bool:
        return self._transport is None or self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.local = transport.get_extra_info("sockname")[:2]
        self._peer = transport.get_extra_info("peername")[:2]

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            self._buffer = self._buffer.lstrip(b"\r\n")
            head, separator, rest = self._buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            length = re.search(rb"^(?:content-length|l)\s*:\s*(\d+)", head, re.IGNORECASE | re.MULTILINE)
            size = int(length.group(1)) if length else 0
            if len(rest) < size:
                return
            self._buffer = rest[size:]
            self._on_message(head + separator + rest[:size], self._peer, time.monotonic())

    def send(self, octets: bytes, to: Address) -> None:
        if self._transport is not None:
            self._transport.write(octets)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
