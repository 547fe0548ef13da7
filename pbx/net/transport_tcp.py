"""SIP over TCP: connections in and out, reused while they last (RFC 3261 §18, RFC 5923)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any, cast

from pbx.background import beside
from pbx.net.hop import Hop
from pbx.net.limits import Limits
from pbx.net.transport import Count, Failed, Receive, next_connection_number
from pbx.net.transport_udp import bind_error
from pbx.sip.errors import FramingError
from pbx.sip.framing import PingReceived, StreamFraming

CONNECT_WITHIN = 4.0
MAX_WAITING = 64  # messages that wait for a connection to open
_SWEEP_EVERY = 15.0
_PARTIAL_WITHIN = 20.0  # how long a message may take to arrive whole

_Peer = tuple[tuple[str, int], str]  # address and the name to be proved


class TcpConnection(asyncio.Protocol):
    """One connection. ``opened`` and ``heard`` are times of the loop."""

    def __init__(self, owner: TcpTransport, number: int) -> None:
        self.number = number
        self.remote: tuple[str, int] = ("", 0)
        self.local: tuple[str, int] = ("", 0)
        self.heard = 0.0
        self.partial_since: float | None = None
        self._owner = owner
        self._framing = StreamFraming()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=self._owner.limits.send_buffer)
        remote, local = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
        if remote is None or local is None:
            transport.abort()  # type: ignore[attr-defined]  # gone before it was here
            return
        self.remote, self.local = (str(remote[0]), int(remote[1])), (str(local[0]), int(local[1]))
        self.heard = self._owner.now()
        self._owner.opened(self)

    def data_received(self, data: bytes) -> None:
        now = self._owner.now()
        self.heard = now
        try:
            found = self._framing.feed(data)
        except FramingError:
            self._owner.count("framing_errors")
            self.close()
            return
        for message in found:
            if isinstance(message, PingReceived):
                self.send(b"\r\n")
            else:
                self._owner.receive(message, self.hop)
        if self._framing.buffered == 0:
            self.partial_since = None
        elif self.partial_since is None or found:
            self.partial_since = now

    def connection_lost(self, exc: Exception | None) -> None:
        self._owner.closed(self)

    @property
    def hop(self) -> Hop:
        return Hop(self._owner.name, self.remote, self.local, self.number)

    @property
    def peer_certificate(self) -> dict[str, Any] | None:
        """What the peer has shown and its authority vouches for; None without TLS or without one."""
        return self._transport.get_extra_info("peercert") if self._transport is not None else None

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def send(self, data: bytes) -> bool:
        """Queue octets; False when the connection is closing, or closed for a peer that does not read."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return False
        if transport.get_write_buffer_size() > self._owner.limits.send_buffer:
            self._owner.count("send_overflow")
            transport.abort()
            return False
        transport.write(data)
        return True

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()


class TcpTransport:
    """A listening socket and every connection."""

    name = "tcp"

    def __init__(
        self,
        receive: Receive,
        counted: Count,
        limits: Limits,
        trusted: Callable[[str], bool],
        lost: Callable[[int], None] | None = None,
    ) -> None:
        self.receive = receive
        self._lost = lost
        self.on_closed: Callable[[Hop], None] | None = None
        """Hears of each connection that is gone, before ``lost`` does."""
        self.count = counted
        self.limits = limits
        self.is_trusted = trusted
        self._connections: dict[int, TcpConnection] = {}
        self._by_remote: dict[tuple[str, int], TcpConnection] = {}
        self._per_source: Counter[str] = Counter()
        self._waiting: dict[_Peer, list[tuple[bytes, Failed | None]]] = {}
        self._connecting: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._sweeper: asyncio.TimerHandle | None = None

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def start(self, bind: str, port: int, bind_v6: str = "") -> int:
        """Listen, on an IPv6 address beside too; the port that it became. Raises AddressInUseError."""
        loop = asyncio.get_running_loop()
        binds = [bind, bind_v6] if bind_v6 else [bind]
        try:
            self._server = await loop.create_server(self.accepted, binds, port, backlog=1024)
        except OSError as error:
            raise bind_error(self.name.upper(), bind, port, error) from None
        self.sweep_regularly()
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._sweeper is not None:
            self._sweeper.cancel()
        if self._server is not None:
            self._server.close()
        for task in list(self._connecting):
            task.cancel()
        for connection in list(self._connections.values()):
            connection.close()
        if self._server is not None:
            await self._server.wait_closed()
            self._server = None

    def send(self, data: bytes, hop: Hop, failed: Failed | None) -> None:
        """Send over the hop's connection, else over one to the same address, else over a new one."""
        connection = self._connections.get(hop.connection) or self._by_remote.get(hop.remote)
        if connection is not None and self.is_usable(connection, hop) and connection.send(data):
            return
        peer = hop.remote, hop.name
        waiting = self._waiting.get(peer)
        if waiting is None:
            self._waiting[peer] = [(data, failed)]
            task = beside(self._connect(hop), "connect", hop=str(hop))
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)
        elif len(waiting) < MAX_WAITING:
            waiting.append((data, failed))
        elif failed is not None:
            asyncio.get_running_loop().call_soon(failed)

    def is_usable(self, _connection: TcpConnection, _hop: Hop) -> bool:
        """Whether what is meant for ``hop`` may go over this connection to its address."""
        return True

    def has_room_for(self, source: str) -> bool:
        """Whether one more connection of this source is within the limits."""
        crowded = self._per_source[source] >= self.limits.connections_per_source and not self.is_trusted(source)
        return not crowded and len(self._connections) < self.limits.connections

    def opened(self, connection: TcpConnection) -> None:
        """A connection is there; one too many is closed at once."""
        source = connection.remote[0]
        if not self.has_room_for(source):
            self.count("connections_refused")
            connection.close()
            return
        self._connections[connection.number] = connection
        self._by_remote[connection.remote] = connection
        self._per_source[source] += 1

    def closed(self, connection: TcpConnection) -> None:
        """A connection is gone."""
        if self._connections.pop(connection.number, None) is None:
            return
        if self._by_remote.get(connection.remote) is connection:
            del self._by_remote[connection.remote]
        self._per_source[connection.remote[0]] -= 1
        if self._per_source[connection.remote[0]] <= 0:
            del self._per_source[connection.remote[0]]
        if self.on_closed is not None:
            self.on_closed(self.hop_of(connection))
        if self._lost is not None:
            self._lost(connection.number)

    def hop_of(self, connection: TcpConnection) -> Hop:
        """The way that a connection is, or was."""
        return connection.hop

    @property
    def open_connections(self) -> int:
        return len(self._connections)

    def accepted(self) -> TcpConnection:
        """A connection that is about to be there."""
        return TcpConnection(self, next_connection_number())

    async def open(self, hop: Hop) -> TcpConnection:
        """A new connection to ``hop``. Raises OSError."""
        _, connection = await asyncio.get_running_loop().create_connection(self.accepted, *hop.remote)
        return connection

    def sweep_regularly(self) -> None:
        """Close from time to time what is of no use any more."""
        self._sweeper = asyncio.get_running_loop().call_later(_SWEEP_EVERY, self._sweep)

    async def _connect(self, hop: Hop) -> None:
        connection: TcpConnection | None = None
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                connection = await self.open(hop)
        except (OSError, TimeoutError):
            self.count("connect_failed")
        for data, failed in self._waiting.pop((hop.remote, hop.name), []):
            if (connection is None or not connection.send(data)) and failed is not None:
                failed()

    def _sweep(self) -> None:
        """Close what has been silent for too long, and what never finishes its message."""
        now = self.now()
        for connection in list(self._connections.values()):
            slow = connection.partial_since is not None and now - connection.partial_since > _PARTIAL_WITHIN
            if slow or now - connection.heard > self.limits.connection_idle_s:
                self.count("connections_expired")
                connection.close()
        self.sweep_regularly()
