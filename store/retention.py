"""The event log does not grow for ever: events older than a number of days are deleted, a few at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.engine import Database
from store.rounds import SteppedRounds
from store.tables import LoggedEvent, ProjectionFault, ReactionDone

BATCH = 500  # deleted in one transaction, which other writers of SQLite wait for
PAUSE_S = 0.5
EVERY_S = 3600.0
DAY_S = 86_400.0

Forget = Callable[[AsyncSession, float], Awaitable[None]]
"""Deletes what is older than a time, in seconds since the epoch."""


class Retention(SteppedRounds):
    """Deletes logged events that are older than ``days``. The views of them (call log, statistics, CRM) stay.

    ``reactions``: the names of those whose memory of an event goes with it; ``also``: what else is forgotten once no
    event that is older can be told again.
    """

    waits = "old_events_not_deleted"
    pause_s = EVERY_S
    between_s = PAUSE_S

    def __init__(
        self,
        database: Database,
        days: int,
        clock: Callable[[], float],
        reactions: Collection[str] = (),
        also: Collection[Forget] = (),
    ) -> None:
        super().__init__()
        self._database = database
        self._days = days
        self._clock = clock
        self._reactions = tuple(reactions)
        self._also = tuple(also)

    async def round(self) -> int:
        """Delete all that has become too old; how many events. Raises what the database raises."""
        deleted = await super().round()
        if not self.is_over:
            await self.forget()
        return deleted

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
