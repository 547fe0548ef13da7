"""The worker processes as the exchange reaches them: connected, lost, found again, and how much they have to do."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from pbx.background import beside
from pbx.ipc.connection import Connection, ConnectionLostError, RequestFailedError, connect
from pbx.media.errors import NoWorkerError
from pbx.media.load import Load

RETRY_S = 0.05


class Workers:
    """``on_notification(worker, name, payload)`` and ``on_lost(worker)`` are called from the loop.

    A worker that is lost is looked for until it is there again; it is to close whatever legs it still has.
    """

    def __init__(
        self,
        sockets: Sequence[Path],
        on_notification: Callable[[int, str, Any], None],
        on_lost: Callable[[int], None],
        on_connected: Callable[[int], None] | None = None,
    ) -> None:
        self._sockets = list(sockets)
        self._on_notification = on_notification
        self._on_lost = on_lost
        self._on_connected = on_connected
        self._connections: list[Connection | None] = [None] * len(self._sockets)
        self.loads = [Load() for _ in self._sockets]
        self._tasks: set[asyncio.Task[None]] = set()
        self._came = asyncio.Event()
        self._closing = False

    @property
    def connected(self) -> list[int]:
        """Numbers of the workers that are there."""
        return [worker for worker, connection in enumerate(self._connections) if connection is not None]

    @property
    def is_overloaded(self) -> bool:
        """Whether no worker that is there can take another call without harm to those it has."""
        return bool(self.connected) and all(self.loads[worker].is_over for worker in self.connected)

    async def connect(self, deadline_s: float) -> dict[int, list[str]]:
        """Connect to every worker; the legs that each still has of an earlier exchange. Raises NoWorkerError."""
        found: dict[int, list[str]] = {}
        try:
            async with asyncio.timeout(deadline_s):
                for worker in range(len(self._sockets)):
                    found[worker] = await self._reach(worker, {})
        except TimeoutError:
            missing = [str(path) for path, link in zip(self._sockets, self._connections, strict=True) if link is None]
            raise NoWorkerError(f"media worker not reachable: {', '.join(missing)}") from None
        return found

    async def wait_for(self, worker: int | None, deadline_s: float) -> bool:
        """Wait until ``worker``, or any if None, is there; False when it did not come in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(deadline_s):
                while not (self.connected if worker is None else self._connections[worker]):
                    self._came.clear()
                    await self._came.wait()
                return True
        return False

    async def request(self, worker: int, command: str, fields: dict[str, Any]) -> Any:
        """Raises ConnectionLostError, RequestFailedError, TimeoutError."""
        connection = self._connections[worker]
        if connection is None:
            raise ConnectionLostError(f"media worker {worker} is not connected")
        return await connection.request(command, fields)

    def notify(self, worker: int, command: str, fields: dict[str, Any]) -> None:
        """Nothing happens when the worker is not there."""
        connection = self._connections[worker]
        if connection is not None:
            connection.notify(command, fields)

    async def figures(self) -> list[dict[str, Any]]:
        """Counters and gauges of each worker that is there, with its number and what load it has told of."""
        answers = []
        for worker, connection in enumerate(self._connections):
            if connection is not None:
                with contextlib.suppress(ConnectionLostError, RequestFailedError, TimeoutError):
                    told = await connection.request("figures", {})
                    load = self.loads[worker]
                    more = {"busy": round(load.busy, 3), "late_ms": round(load.late_s * 1000, 1), "full": load.is_over}
                    answers.append({"worker": worker, **told, **more})
        return answers

    async def close(self) -> None:
        """Leave the workers to themselves."""
        self._closing = True
        for task in list(self._tasks):
            task.cancel()
        for connection in self._connections:
            if connection is not None:
                connection.close()
        await asyncio.sleep(0)

    def run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run something beside, until it ends or ``close`` is called."""
        task = beside(coroutine, "media_plane")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reach(self, worker: int, greeting: dict[str, Any]) -> list[str]:
        while True:
            link = Connection(
                on_notification=lambda name, payload: self._on_notification(worker, name, payload),
                on_lost=lambda lost: self._lost(worker, lost),
            )
            try:
                await connect(self._sockets[worker], link)
                known = await link.request("hello", greeting)
            except (OSError, ConnectionLostError, RequestFailedError, TimeoutError):
                link.close()
                await asyncio.sleep(RETRY_S)
                continue
            self._connections[worker] = link
            self.loads[worker] = Load()
            self._came.set()
            return list(known["legs"])

    def _lost(self, worker: int, link: Connection) -> None:
        if self._connections[worker] is not link:
            return
        self._connections[worker] = None
        if self._closing:
            return
        self._on_lost(worker)
        self.run(self._find_again(worker))

    async def _find_again(self, worker: int) -> None:
        await self._reach(worker, {"keep": []})
        if self._on_connected is not None:
            self._on_connected(worker)
