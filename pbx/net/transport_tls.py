"""SIP over TLS: as over TCP, once the handshake is done (RFC 3261 §26.2, RFC 5922, RFC 5923)."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from pbx.net.certificate import Certificate
from pbx.net.hop import Hop
from pbx.net.limits import Limits
from pbx.net.sources import Sources
from pbx.net.transport import Count, Receive
from pbx.net.transport_tcp import TcpConnection, TcpTransport
from pbx.net.transport_udp import bind_error

HANDSHAKE_WITHIN = 10.0
GOODBYE_WITHIN = 5.0
_PAUSE_S = 0.2  # when the process has no file descriptor left


class TlsTransport(TcpTransport):
    """A listening socket and every connection, in and out.

    Handshakes run beside everything else; how many may be unfinished, in all and per source, is bounded before the
    first octet is read, and how many a source may begin is bounded by the second. A connection that a peer has opened
    is used for requests to it (RFC 5923); one of ours only for the name that its certificate has proved (RFC 5922).
    """

    name = "tls"

    def __init__(
        self,
        receive: Receive,
        counted: Count,
        limits: Limits,
        trusted: Callable[[str], bool],
        certificate: Certificate,
        lost: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__(receive, counted, limits, trusted, lost)
        self._certificate = certificate
        self._greeting: Counter[str] = Counter()  # unfinished handshakes by source
        self._rates = Sources(limits.of_handshakes(), trusted)
        self._handshakes: set[asyncio.Task[None]] = set()
        self._listeners: list[socket.socket] = []
        self._accepting: list[asyncio.Task[None]] = []
        self._proved: dict[int, str] = {}  # by number of a connection of ours: the name that its peer has proved

    async def start(self, bind: str, port: int, bind_v6: str = "") -> int:
        """Listen, on an IPv6 address beside too; the port that it became. Raises AddressInUseError."""
        for address in (bind, bind_v6) if bind_v6 else (bind,):
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            try:
                listener = socket.create_server((address, port), family=family, backlog=1024)
            except OSError as error:
                raise bind_error(self.name.upper(), address, port, error) from None
            listener.setblocking(False)
            self._listeners.append(listener)
            self._accepting.append(asyncio.get_running_loop().create_task(self._accept(listener)))
            port = int(listener.getsockname()[1])
        self.sweep_regularly()
        return port

    async def stop(self) -> None:
        tasks = [*self._handshakes, *self._accepting]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for listener in self._listeners:
            listener.close()
        self._listeners.clear()
        await super().stop()

    @property
    def unfinished(self) -> int:
        """Handshakes under way with peers that have connected to us."""
        return sum(self._greeting.values())

    def names_of(self, number: int) -> frozenset[str]:
        """The DNS names that the peer of a connection has proved by a certificate of its own (RFC 5922 §7.1)."""
        connection = self._connections.get(number)
        shown = connection.peer_certificate if connection is not None else None
        if not shown:
            return frozenset()
        return frozenset(str(value).lower() for kind, value in shown.get("subjectAltName", ()) if kind == "DNS")

    def ask_clients(self, on: bool) -> None:
        """Whether whoever connects is asked for a certificate (blocking when turned on)."""
        self._certificate.ask_clients(on)

    def closed(self, connection: TcpConnection) -> None:
        super().closed(connection)
        self._proved.pop(connection.number, None)

    def hop_of(self, connection: TcpConnection) -> Hop:
        return replace(connection.hop, name=self._proved.get(connection.number, ""))

    def is_usable(self, connection: TcpConnection, hop: Hop) -> bool:
        return not hop.name or connection.number == hop.connection or self._proved.get(connection.number) == hop.name

    async def open(self, hop: Hop) -> TcpConnection:
        """A connection to ``hop`` whose peer has proved that it is ``hop.name`` (else its address)."""
        name = hop.name or hop.host
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(
                self.accepted,
                *hop.remote,
                ssl=self._certificate.client,
                server_hostname=name,
                ssl_handshake_timeout=HANDSHAKE_WITHIN,
                ssl_shutdown_timeout=GOODBYE_WITHIN,
            )
        except ssl.SSLError:
            self.count("tls_failed")
            raise
        if connection.is_open:
            self._proved[connection.number] = name
        return connection

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, address = await loop.sock_accept(listener)
            except OSError as error:
                if error.errno not in {errno.ECONNABORTED, errno.EPERM}:
                    self.count("accept_failed")
                    await asyncio.sleep(_PAUSE_S)
                continue
            source = str(address[0])
            if not self._may_begin(source):
                self.count("handshakes_refused")
                accepted.close()
                continue
            self._greeting[source] += 1
            task = loop.create_task(self._handshake(accepted, source))
            self._handshakes.add(task)
            task.add_done_callback(self._handshakes.discard)

    def _may_begin(self, source: str) -> bool:
        if self.unfinished >= self.limits.handshakes or not self.has_room_for(source):
            return False
        if self._greeting[source] >= self.limits.handshakes_per_source and not self.is_trusted(source):
            return False
        return self._rates.may_request(source, self.now())

    async def _handshake(self, accepted: socket.socket, source: str) -> None:
        try:
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await asyncio.get_running_loop().connect_accepted_socket(
                self.accepted,
                accepted,
                ssl=self._certificate.server,
                ssl_handshake_timeout=HANDSHAKE_WITHIN,
                ssl_shutdown_timeout=GOODBYE_WITHIN,
            )
        except OSError:  # ssl.SSLError and TimeoutError are OSErrors: the peer's fault or the network's
            self.count("handshakes_failed")
            accepted.close()
        finally:
            self._greeting[source] -= 1
            if self._greeting[source] <= 0:
                del self._greeting[source]
