"""The network between a browser and the server, which becomes another one, or a bad one.

What a laptop does that goes from the office's Wi-Fi to a telephone's: the page's connections are cut, and its sound
comes from somewhere else from one packet to the next. What a Wi-Fi at its edge does: sound is lost, late and uneven.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast

CHUNK = 65536
SEED = 7
ADDRESSES = tuple[str, int]

# The page sends its sound to the network's address, and remembers where the server wanted it.
DETOUR = """(() => {
  window.ways = [];
  const plain = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (given) {
    const sdp = given.sdp.replace(/^(a=candidate:\\S+ \\d+ \\S+ \\d+) (\\S+) (\\d+)/gm, (_, head, ip, port) => {
      window.ways.push([ip, Number(port)]);
      return `${head} %s %d`;
    });
    return plain.call(this, { type: given.type, sdp });
  };
})()"""


def own_address() -> str:
    """That of a real interface: nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])


def _is_sound(data: bytes) -> bool:
    """RTP, neither its control nor what finds and secures the way (RFC 7983, RFC 5761 §4)."""
    return len(data) > 12 and 128 <= data[0] < 192 and not 192 <= data[1] < 224


class _Side(asyncio.DatagramProtocol):
    """One UDP socket: what comes is handed on."""

    def __init__(self, network: ChangingNetwork, *, is_server: bool) -> None:
        self._network = network
        self._is_server = is_server
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: ADDRESSES) -> None:
        if self._is_server:
            self._network.from_server(data)
        else:
            self._network.from_browser(data, addr)


class ChangingNetwork:
    """``base``: the page by way of this network; ``came``: packets of the server since the network last changed.

    ``lost``: packets of sound that it has swallowed, to the browser and to the server.
    """

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._browser: ADDRESSES | None = None
        self._media: ADDRESSES | None = None
        self._inside: _Side | None = None
        self._outside: _Side | None = None
        self._loss = 0.0
        self._late_s = (0.0, 0.0)
        self._chance = random.Random(SEED)
        self.lost = {"browser": 0, "server": 0}
        self.came = 0
        self.base = ""
        self.detour = ""

    async def open(self) -> asyncio.Server:
        """Listen; what is returned is to be closed."""
        loop, address = asyncio.get_running_loop(), own_address()
        inside = self._inside = _Side(self, is_server=False)
        transport, _ = await loop.create_datagram_endpoint(lambda: inside, local_addr=(address, 0))
        self.detour = DETOUR % transport.get_extra_info("sockname")[:2]
        await self._leave_by_another_port()
        server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return server

    def to(self, ways: list[list[object]]) -> None:
        """Where the server wants the sound: of what the page was told, what leads to this machine's own interface."""
        address, port = next(way for way in reversed(ways) if way[0] == own_address())
        self._media = (str(address), int(str(port)))

    async def change(self) -> None:
        """It is another network from now on."""
        for writer in self._writers:
            writer.transport.abort()
        await self._leave_by_another_port()
        self.came = 0

    def worsen(self, *, loss: float = 0.0, late_s: tuple[float, float] = (0.0, 0.0)) -> None:
        """From now on this share of the sound is lost, and everything is late by between the two."""
        self._loss, self._late_s = loss, late_s

    def from_browser(self, data: bytes, source: ADDRESSES) -> None:
        self._browser = source
        if self._media is not None and self._outside is not None and self._outside.transport is not None:
            self._send(self._outside.transport, data, self._media, "server")

    def from_server(self, data: bytes) -> None:
        self.came += 1
        if self._browser is not None and self._inside is not None and self._inside.transport is not None:
            self._send(self._inside.transport, data, self._browser, "browser")

    def _send(self, way: asyncio.DatagramTransport, data: bytes, to: ADDRESSES, whom: str) -> None:
        if _is_sound(data) and self._chance.random() < self._loss:
            self.lost[whom] += 1
        elif not any(self._late_s):
            way.sendto(data, to)
        else:
            late_s = self._chance.uniform(*self._late_s)
            asyncio.get_running_loop().call_later(late_s, lambda: None if way.is_closing() else way.sendto(data, to))

    async def close(self) -> None:
        for side in (self._inside, self._outside):
            if side is not None and side.transport is not None:
                side.transport.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _leave_by_another_port(self) -> None:
        before, side = self._outside, _Side(self, is_server=True)
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: side, local_addr=(own_address(), 0))
        self._outside = side
        if before is not None and before.transport is not None:
            before.transport.close()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection("127.0.0.1", self._server_port)
        for source, sink in ((reader, there[1]), (there[0], writer)):
            task = asyncio.create_task(self._copy(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _copy(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        self._writers.add(sink)
        with suppress(ConnectionError):
            while data := await source.read(CHUNK):
                sink.write(data)
                await sink.drain()
        self._writers.discard(sink)
        sink.close()


@asynccontextmanager
async def changing_network(server_port: int) -> AsyncIterator[ChangingNetwork]:
    """One between a browser and the server on this machine's HTTP port."""
    network = ChangingNetwork(server_port)
    listening = await network.open()
    try:
        yield network
    finally:
        listening.close()
        await network.close()
