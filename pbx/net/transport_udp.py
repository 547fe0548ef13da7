"""SIP over UDP: one message a datagram (RFC 3261 §18)."""

from __future__ import annotations

import asyncio
import errno
from typing import Any

from pbx.net.errors import AddressInUseError
from pbx.net.hop import Hop
from pbx.net.transport import Count, Failed, Receive

MAX_QUEUED = 4 << 20  # octets that the kernel has not taken yet


class UdpTransport(asyncio.DatagramProtocol):
    """One socket, bound for as long as the user agent lives."""

    name = "udp"

    def __init__(self, receive: Receive, count: Count) -> None:
        self._receive = receive
        self._count = count
        self._transport: asyncio.DatagramTransport | None = None
        self._closed = asyncio.Event()
        self.local: tuple[str, int] = ("", 0)

    async def start(self, bind: str, port: int) -> int:
        """Bind; the port that it became. Raises AddressInUseError."""
        loop = asyncio.get_running_loop()
        try:
            self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(bind, port))
        except OSError as error:
            raise bind_error("UDP", bind, port, error) from None
        name = self._transport.get_extra_info("sockname")
        self.local = str(name[0]), int(name[1])
        return self.local[1]

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        if len(data) < 16:  # keep-alives of NAT bindings: CRLF, CRLFCRLF, a zero
            self._count("keepalives")
            return
        self._receive(data, Hop("udp", (str(addr[0]), int(addr[1])), self.local))

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set()

    def error_received(self, exc: Exception) -> None:
        self._count("icmp_errors")

    def send(self, data: bytes, hop: Hop, failed: Failed | None) -> None:
        """Send a datagram; what cannot be sent is left to the timers, as if the network had lost it (§18.4)."""
        transport = self._transport
        # typeshed leaves it out for datagrams; asyncio and uvloop both have it
        queued = transport.get_write_buffer_size() if transport is not None else 0  # type: ignore[attr-defined]
        if transport is None or transport.is_closing() or queued > MAX_QUEUED:
            self._count("send_dropped")
            return
        try:
            transport.sendto(data, hop.remote)
        except (OSError, ValueError):
            self._count("send_failed")

    async def stop(self) -> None:
        if self._transport is not None:
            self._transport.close()
            self._transport = None
            await self._closed.wait()


def bind_error(transport: str, bind: str, port: int, error: OSError) -> AddressInUseError:
    """The error for an address that cannot be listened on, in one clear line."""
    if error.errno == errno.EADDRINUSE:
        what = "another program uses it"
    elif error.errno == errno.EADDRNOTAVAIL:
        what = "this machine has no such address"
    elif error.errno == errno.EACCES:
        what = "not permitted"
    else:
        what = error.strerror or str(error)
    return AddressInUseError(f"SIP cannot listen on {transport} {bind}:{port}: {what}")
