"""One reading for everybody who asks at the same time, of a moment that is never before they asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SharedReading(Generic[T]):
    """Calls ``read`` once for all who ask before it begins; who asks while it runs waits for the next one.

    However many ask, at most one reading runs, and nobody is shown what was true before the question.
    """

    def __init__(self, read: Callable[[], Awaitable[T]]) -> None:
        self._read = read
        self._running: asyncio.Task[T] | None = None
        self._next: asyncio.Task[T] | None = None

    async def __call__(self) -> T:
        """What ``read`` gives, or raises."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_task(self._after(self._running))
            self._next.add_done_callback(_retrieved)
        return await asyncio.shield(self._next)

    async def _after(self, before: asyncio.Task[T] | None) -> T:
        if before is not None:
            await asyncio.wait((before,))
        self._running, self._next = self._next, None
        return await self._read()


def _retrieved(task: asyncio.Task[T]) -> None:
    # Everybody who asked may have gone away by now: then nobody else fetches what it raised.
    if not task.cancelled():
        task.exception()
