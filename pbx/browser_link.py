"""The office's end of the way from browsers to the exchange: their WebSockets' messages over one Unix socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any

from pbx.background import for_ever
from pbx.ipc.browser_frames import BROWSERS, CLOSED, MESSAGE, OPENED
from pbx.ipc.connection import Connection, ConnectionLostError, RequestFailedError, connect

FIRST_RETRY_S = 0.05
LONGEST_RETRY_S = 1.0
MAX_WAITING = 256 << 10
"""Octets that may wait for one browser; one that reads more slowly is given up."""


class LinkLostError(Exception):
    """The exchange is away."""


class SlowBrowserError(Exception):
    """Too much waits for this browser."""


class Flow:
    """One browser's way to the exchange and back. ``receive`` gives what is for it; closed on both ends by either."""

    def __init__(self, link: BrowserLink, connection: Connection, id_: int) -> None:
        self.id = id_
        self._link = link
        self._connection = connection
        self._waiting: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._octets = 0
        self._fault: Exception | None = None
        self.is_open = True

    async def send(self, data: bytes) -> None:
        """One message of the browser; waits while the exchange is slower. Raises LinkLostError."""
        if not self.is_open or not self._connection.is_open:
            raise LinkLostError("the exchange has closed this connection")
        self._connection.notify(MESSAGE, {"id": self.id, "data": data})
        await self._connection.drained()

    async def receive(self) -> bytes | None:
        """The next message for the browser, None when the exchange closes. Raises LinkLostError, SlowBrowserError."""
        data = await self._waiting.get()
        if data is not None:
            self._octets -= len(data)
        elif self._fault is not None:
            raise self._fault
        return data

    def close(self, *, signed_out: bool = False) -> None:
        """The browser is gone, or its person is signed out: then its calls end. May be called again."""
        if self.is_open:
            self._end(None)
            self._connection.notify(CLOSED, {"id": self.id} | ({"signed_out": True} if signed_out else {}))

    def arrived(self, data: bytes) -> None:
        """A message for the browser has come."""
        if not self.is_open:
            return
        if self._octets + len(data) > MAX_WAITING:
            self._connection.notify(CLOSED, {"id": self.id})
            self._end(SlowBrowserError("too much waits for this browser"))
            return
        self._octets += len(data)
        self._waiting.put_nowait(data)

    def lost(self, fault: Exception | None) -> None:
        """The exchange has closed this flow (None), or is gone itself."""
        if self.is_open:
            self._end(fault)

    def _end(self, fault: Exception | None) -> None:
        self.is_open = False
        self._fault = fault
        self._link.forget(self)
        self._waiting.put_nowait(None)


class BrowserLink:
    """Keeps itself connected to the exchange's socket from ``start`` to ``close``."""

    def __init__(self, path: Path, on_connected: Callable[[], None] | None = None) -> None:
        self._path = path
        self._on_connected = on_connected
        self._flows: dict[int, Flow] = {}
        self._ids = count(1)
        self._connection: Connection | None = None
        self._lost = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> BrowserLink:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """Begin to connect; returns at once."""
        if self._keeper is None:
            self._keeper = for_ever(self._keep_connected, "browser_link")

    async def close(self) -> None:
        """Disconnect for good; every flow ends."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
            self._keeper = None
        if self._connection is not None:
            self._connection.close()

    @property
    def is_connected(self) -> bool:
        return self._connection is not None

    def open(self, login: str, address: str, port: int, *, secure: bool) -> Flow:
        """A way to the exchange for a browser at ``address``, signed in as ``login``. Raises LinkLostError."""
        connection = self._connection
        if connection is None or not connection.is_open:
            raise LinkLostError("the exchange is away")
        id_ = next(self._ids)
        flow = self._flows[id_] = Flow(self, connection, id_)
        opened = {"id": id_, "login": login, "address": address, "port": port, "secure": secure}
        connection.notify(OPENED, opened)
        return flow

    def forget(self, flow: Flow) -> None:
        """A flow has ended."""
        self._flows.pop(flow.id, None)

    async def _keep_connected(self) -> None:
        retry_s = FIRST_RETRY_S
        while True:
            self._lost.clear()
            connection = Connection(None, self._told, self._on_lost)
            try:
                await connect(self._path, connection)
                await connection.request(BROWSERS, {})
                if not connection.is_open:
                    raise ConnectionLostError("gone at once")
            except (OSError, ConnectionLostError, RequestFailedError, TimeoutError):
                connection.close()
                await asyncio.sleep(retry_s)
                retry_s = min(2 * retry_s, LONGEST_RETRY_S)
                continue
            retry_s = FIRST_RETRY_S
            self._connection = connection
            if self._on_connected is not None:
                self._on_connected()
            await self._lost.wait()

    def _on_lost(self, connection: Connection) -> None:
        if connection is self._connection:
            self._connection = None
            self._lost.set()
            for flow in list(self._flows.values()):
                flow.lost(LinkLostError("the exchange is gone"))

    def _told(self, name: str, payload: Any) -> None:
        if not isinstance(payload, dict):
            return
        flow = self._flows.get(payload.get("id", 0))
        if flow is None:
            return
        if name == MESSAGE and isinstance(payload.get("data"), bytes):
            flow.arrived(payload["data"])
        elif name == CLOSED:
            flow.lost(None)
