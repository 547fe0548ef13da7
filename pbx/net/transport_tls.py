"""SIP over TLS: as over TCP, once the handshake is done (RFC 3261 §26.2, RFC 5922, RFC 5923)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import replace

from pbx.net.certificate import Certificate
from pbx.net.hop import Hop
from pbx.net.limits import Limits
from pbx.net.tls_listener import GOODBYE_WITHIN, HANDSHAKE_WITHIN, TlsListener
from pbx.net.transport import Count, Receive
from pbx.net.transport_tcp import TcpConnection, TcpTransport
from pbx.net.transport_udp import bind_error


class TlsTransport(TcpTransport):
    """A listening socket and every connection, in and out.

    A connection that a peer has opened is used for requests to it (RFC 5923); one of ours only for the name that its
    certificate has proved (RFC 5922).
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
        self._listener = TlsListener(
            self.accepted, certificate.server, limits, trusted=trusted, counted=counted, has_room=self.has_room_for
        )
        self._proved: dict[int, str] = {}  # by number of a connection of ours: the name that its peer has proved

    async def start(self, bind: str, port: int, bind_v6: str = "") -> int:
        """Listen, on an IPv6 address beside too; the port that it became. Raises AddressInUseError."""
        try:
            port = self._listener.start([bind, bind_v6] if bind_v6 else [bind], port)
        except OSError as error:
            raise bind_error(self.name.upper(), str(error.filename), port, error) from None
        self.sweep_regularly()
        return port

    async def stop(self) -> None:
        await self._listener.stop()
        await super().stop()

    @property
    def unfinished(self) -> int:
        """Handshakes under way with peers that have connected to us."""
        return self._listener.unfinished

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
