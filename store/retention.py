"""The event log does not grow for ever: events older than a number of days are deleted, a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from store.engine import Database
from store.tables import LoggedEvent, ProjectionFault, ReactionDone

BATCH = 500  # deleted in one transaction, which other writers of SQLite wait for
PAUSE_S = 0.5
EVERY_S = 3600.0
DAY_S = 86_400.0

Forget = Callable[[AsyncSession, float], Awaitable[None]]
"""Deletes what is older than a time, in seconds since the epoch."""

log = structlog.get_logger("retention")


class Retention:
    """Deletes logged events that are older than ``days``. The views of them (call log, statistics, CRM) stay.

    ``reactions``: the names of those whose memory of an event goes with it; ``also``: what else is forgotten once no
    event that is older can be told again.
    """

    def __init__(
        self,
        database: Database,
        days: int,
        clock: Callable[[], float],
        reactions: Collection[str] = (),
        also: Collection[Forget] = (),
    ) -> None:
        self._database = database
        self._days = days
        self._clock = clock
        self._reactions = tuple(reactions)
        self._also = tuple(also)
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Delete what has become too old until ``stop``; a database that is away is asked again an hour later."""
        while not self._stopping.is_set():
            deleted = 0
            try:
                deleted = await self.step()
                if not deleted:
                    await self.forget()
            except (DBAPIError, OSError, TimeoutError) as error:
                log.warning("old events cannot be deleted", error=" ".join(str(error).split()))
            try:
                async with asyncio.timeout(PAUSE_S if deleted else EVERY_S):
                    await self._stopping.wait()
            except TimeoutError:
                pass

    def stop(self) -> None:
        """Let ``run`` return after the batch that it is at."""
        self._stopping.set()

    async def forget(self) -> None:
        """Have everybody else forget what goes with the events. Raises what the database raises."""
        oldest = self._clock() - self._days * DAY_S
        for forget in self._also:
            async with self._database.transaction() as session:
                await forget(session, oldest)

    async def step(self, limit: int = BATCH) -> int:
        """Delete one batch; how many events. Raises what the database raises."""
        oldest = self._clock() - self._days * DAY_S
        async with self._database.transaction() as session:
            # The newest stays however old it is: SQLite would give its number to the next event.
            newest = await session.scalar(select(func.max(LoggedEvent.seq)))
            query = select(LoggedEvent.id, LoggedEvent.at).where(LoggedEvent.seq < (newest or 0))
            first = await session.execute(query.order_by(LoggedEvent.seq).limit(limit))
            ids = [row.id for row in first if row.at < oldest]
            done = delete(ReactionDone).where(
                ReactionDone.reaction.in_(self._reactions), ReactionDone.event_id.in_(ids)
            )
            faults = delete(ProjectionFault).where(ProjectionFault.event_id.in_(ids))
            for statement in (done, faults, delete(LoggedEvent).where(LoggedEvent.id.in_(ids))):
                await session.execute(statement)
            return len(ids)
