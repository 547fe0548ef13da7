"""SIP over UDP: one message a datagram (RFC 3261 §18), and what the network says of those that are lost (§18.4)."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable
from typing import Any

from pbx.net.errors import AddressInUseError
from pbx.net.hop import Hop
from pbx.net.stun_keepalive import answer, is_stun
from pbx.net.transport import Count, Receive

MAX_QUEUED = 4 << 20  # octets that the kernel has not taken yet
RECEIVE_BUFFER = 4 << 20  # a burst of requests waits there; the kernel may grant less
_QUOTED = 1024  # octets of a lost datagram that are of interest
_ERRORS_AT_ONCE = 64
_REMEMBERED = 4096  # senders
_SOL_IP, _IP_RECVERR, _SOL_IPV6, _IPV6_RECVERR = 0, 11, 41, 25  # Linux, ip(7); the socket module has no names for them

Undelivered = Callable[[bytes], None]


class UdpTransport(asyncio.DatagramProtocol):
    """One socket, bound for as long as the user agent lives.

    ``undelivered`` hears the beginning of each datagram that came back as an ICMP error (Linux tells; elsewhere
    the timers find out).
    """

    name = "udp"

    def __init__(self, receive: Receive, count: Count, undelivered: Undelivered | None = None) -> None:
        self._receive = receive
        self._count = count
        self._undelivered = undelivered
        self._socket: socket.socket | None = None
        self._transport: asyncio.DatagramTransport | None = None
        self._closed = asyncio.Event()
        self.local: tuple[str, int] = ("", 0)
        self._hops: dict[tuple[Any, ...], Hop] = {}

    async def start(self, bind: str, port: int) -> int:
        """Bind; the port that it became. Raises AddressInUseError."""
        loop = asyncio.get_running_loop()
        opened = socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            _prepare(opened)
            opened.bind((bind, port))
            self._transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=opened)
        except OSError as error:
            opened.close()
            raise bind_error("UDP", bind, port, error) from None
        self._socket = opened
        name = opened.getsockname()
        self.local = str(name[0]), int(name[1])
        return self.local[1]

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        if len(data) < 16:  # keep-alives of NAT bindings: CRLF, CRLFCRLF, a zero
            self._count("keepalives")
            return
        if is_stun(data):
            self._count("keepalives")
            self._keep_alive(data, (str(addr[0]), int(addr[1])))
            return
        self._receive(data, self._hop(addr))

    def _hop(self, addr: tuple[Any, ...]) -> Hop:
        """Where a datagram has come from; who sends one sends many."""
        hop = self._hops.get(addr)
        if hop is None:
            if len(self._hops) >= _REMEMBERED:
                self._hops.clear()
            hop = self._hops[addr] = Hop("udp", (str(addr[0]), int(addr[1])), self.local)
        return hop

    def _keep_alive(self, data: bytes, source: tuple[str, int]) -> None:
        response = answer(data, source)
        if response is not None:
            self.send(response, Hop("udp", source, self.local), None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set()

    def error_received(self, exc: Exception) -> None:
        self._count("icmp_errors")
        self._read_errors()

    def send(self, data: bytes, hop: Hop, _failed: object) -> None:
        """Send a datagram; what cannot be sent is left to the timers, as if the network had lost it (§18.4)."""
        transport, sending = self._transport, self._socket
        if transport is None or sending is None or transport.is_closing():
            self._count("send_dropped")
            return
        try:
            if transport.get_write_buffer_size() == 0:  # type: ignore[attr-defined]  # typeshed leaves it out
                self._send_now(sending, data, hop.remote)
            else:
                self._queue(transport, data, hop.remote)
        except BlockingIOError:
            self._queue(transport, data, hop.remote)
        except (OSError, ValueError):
            self._count("send_failed")

    def _send_now(self, sending: socket.socket, data: bytes, remote: tuple[str, int]) -> None:
        try:
            sending.sendto(data, remote)
        except BlockingIOError:
            raise
        except OSError:
            # The kernel reports an earlier datagram's ICMP error at the next call and does not send this one.
            self._read_errors()
            sending.sendto(data, remote)

    def _queue(self, transport: asyncio.DatagramTransport, data: bytes, remote: tuple[str, int]) -> None:
        if transport.get_write_buffer_size() > MAX_QUEUED:  # type: ignore[attr-defined]  # as above
            self._count("send_dropped")
        else:
            transport.sendto(data, remote)

    def _read_errors(self) -> None:
        """Empty the socket's queue of errors; left full it would wake the loop for ever."""
        if self._socket is None or not hasattr(socket, "MSG_ERRQUEUE"):
            return
        for _ in range(_ERRORS_AT_ONCE):
            try:
                quoted, _, flags, _ = self._socket.recvmsg(_QUOTED, 512, socket.MSG_ERRQUEUE)
            except OSError:
                return
            if flags & socket.MSG_ERRQUEUE and self._undelivered is not None:
                # Later: whoever is sending just now is not to hear of it in the middle of that.
                asyncio.get_running_loop().call_soon(self._undelivered, quoted)

    async def stop(self) -> None:
        if self._transport is not None:
            self._transport.close()
            self._transport = self._socket = None
            await self._closed.wait()


def _prepare(opened: socket.socket) -> None:
    """Raises OSError."""
    opened.setblocking(False)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    if opened.family == socket.AF_INET6:
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if hasattr(socket, "MSG_ERRQUEUE"):
        level, option = (_SOL_IPV6, _IPV6_RECVERR) if opened.family == socket.AF_INET6 else (_SOL_IP, _IP_RECVERR)
        opened.setsockopt(level, option, 1)


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
