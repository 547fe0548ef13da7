"""Work that is done in rounds: when somebody says that there is some, and every so often all the same."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import ClassVar

import structlog
from sqlalchemy.exc import DBAPIError

log = structlog.get_logger(__name__)


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


class SteppedRounds(Rounds):
    """Rounds of small steps: each goes on until a step finds nothing to do, and what is away is asked again later.

    ``waits``: the line in the log when it is away. ``pause_s``: between rounds, ``fault_pause_s`` after a fault.
    ``between_s``: between two steps, for others who want the same database.
    """

    waits: ClassVar[str]
    pause_s: ClassVar[float]
    fault_pause_s: ClassVar[float | None] = None
    between_s: ClassVar[float] = 0.0
    faults: ClassVar[tuple[type[Exception], ...]] = (DBAPIError, OSError)

    async def run(self) -> None:
        """Work until ``stop``. What is no fault of the outside (``faults``) is raised."""
        while not self.is_over:
            self.begin_round()
            pause_s = self.pause_s
            try:
                await self.round()
            except self.faults as error:
                log.warning(self.waits, error=" ".join(str(error).split()))
                pause_s = self.fault_pause_s or pause_s
            await self.pause(pause_s)

    async def round(self) -> int:
        """Step until there is nothing left to do or it is over; how much was done. Raises as ``step``."""
        done = 0
        while more := await self.step():
            done += more
            if self.is_over:
                break
            if self.between_s:
                await asyncio.sleep(self.between_s)
        return done

    @abstractmethod
    async def step(self) -> int:
        """Do what is due, a little of it; how much was done, 0: there is nothing. Raises one of ``faults``."""
