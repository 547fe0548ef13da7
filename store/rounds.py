"""Work that is done in rounds: when somebody says that there is some, and every so often all the same."""

from __future__ import annotations

import asyncio


class Rounds:
    """Says when the next round is due, and that there is to be none any more."""

    def __init__(self) -> None:
        self._wake = asyncio.Event()
        self.is_over = False

    def notify(self) -> None:
        """There may be something to do."""
        self._wake.set()

    def stop(self) -> None:
        """The round that is under way is the last one."""
        self.is_over = True
        self._wake.set()

    def begin_round(self) -> None:
        """A round begins: what is said from now on is for the next one."""
        self._wake.clear()

    async def pause(self, most_s: float) -> None:
        """Until somebody has said something since the round began, ``most_s`` at the most."""
        if self.is_over:
            return
        try:
            async with asyncio.timeout(most_s):
                await self._wake.wait()
        except TimeoutError:
            pass
