"""Offers of one line ring in the order in which they were made, however long each takes to prepare."""

from __future__ import annotations

import asyncio

LONGEST_S = 0.3  # what holds one offer up for longer holds up no other


class RingTurn:
    """One offer's turn to ring: after the offers of its line that were made before."""

    def __init__(self, before: asyncio.Future[None] | None) -> None:
        self._before = before
        self.rung: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def come(self) -> None:
        """Wait for those before, LONGEST_S at most."""
        if self._before is not None and not self._before.done():
            await asyncio.wait({self._before}, timeout=LONGEST_S)
        self._before = None

    def over(self) -> None:
        """This offer rings, or never will (again: nothing happens)."""
        if not self.rung.done():
            self.rung.set_result(None)


class RingOrder:
    """The turns of every line, by queue."""

    def __init__(self) -> None:
        self._last: dict[str, asyncio.Future[None]] = {}

    def take(self, queue: str) -> RingTurn:
        """The next turn in this queue."""
        turn = RingTurn(self._last.get(queue))
        self._last[queue] = turn.rung
        return turn
