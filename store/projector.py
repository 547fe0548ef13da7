"""From the journal into the database: projections and reactions, one transaction per batch.

The position is kept in the same transaction as what was done with the events before it, so a crash at any point
repeats nothing and leaves nothing out. While the database is away the journal grows, and this catches up afterwards.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import structlog
from sqlalchemy import insert, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from store import event_log
from store.base import table_of
from store.batch_rows import BatchRows
from store.engine import EMITTED, Database
from store.rounds import Rounds
from store.tables import JournalPosition, ProjectionFault, ReactionDone

BATCH = 200  # a batch holds the write lock of SQLite for a fraction of a second
POLL_S = 1.0
GATHER_S = 0.2  # from one transaction to the next: what happens in a moment shares the cost of one
FIRST_BACK_OFF_S = 0.1
LONGEST_BACK_OFF_S = 10.0
READER = "projector"
MAX_ERROR = 2000

_POSITION = table_of(JournalPosition)
_MOVE = update(_POSITION).where(_POSITION.c.reader == READER).returning(_POSITION.c.reader)
_REACTED = insert(table_of(ReactionDone))

Place = tuple[int, int]


class Journal(Protocol):
    """Where events come from (``pbx.journal.JournalReader``). Blocks on the disk, so it is read in a thread."""

    def read(self, position: Place | None, limit: int = ...) -> tuple[list[dict[str, Any]], Place | None]: ...


class Projection(Protocol):
    """A view of the stream that can be built again from it.

    ``types``: the events it wants, empty for all. ``apply`` is called once per event and in order.
    """

    @property
    def name(self) -> str: ...

    @property
    def types(self) -> frozenset[str]: ...

    async def apply(self, session: AsyncSession, event: dict[str, Any]) -> None: ...

    async def reset(self, session: AsyncSession) -> None:
        """Empty its tables."""


class Reaction(Protocol):
    """Something done because of an event, once per event id; a rebuild never repeats it."""

    @property
    def name(self) -> str: ...

    @property
    def types(self) -> frozenset[str]: ...

    async def apply(self, session: AsyncSession, event: dict[str, Any]) -> None: ...


class Projector(Rounds):
    """Reads the journal from where the database says it stopped, and goes on until ``stop``.

    ``on_applied(position)`` is called after each commit (segments before it may be pruned).
    """

    def __init__(
        self,
        database: Database,
        journal: Journal,
        projections: Sequence[Projection],
        reactions: Sequence[Reaction] = (),
        *,
        clock: Callable[[], float] = time.time,
        on_applied: Callable[[Place], None] | None = None,
    ) -> None:
        super().__init__()
        self._database = database
        self._journal = journal
        self._projections = tuple(projections)
        self._reactions = tuple(reactions)
        self._parts = _Parts((*self._projections, *self._reactions))
        self._clock = clock
        self._on_applied = on_applied
        self._one_at_a_time = asyncio.Lock()
        self._log = structlog.get_logger("projector")
        self.position: Place | None = None
        self.applied = 0  # events since the start
        self.fault: str | None = None  # why it stands still, while it does

    @property
    def projections(self) -> tuple[Projection, ...]:
        """The views it keeps, in the order in which they are told of an event."""
        return self._projections

    async def run(self) -> None:
        """Apply what comes, until ``stop``; a database that is away is tried again, with growing pauses."""
        back_off = FIRST_BACK_OFF_S
        while not self.is_over:
            self.begin_round()
            began = asyncio.get_running_loop().time()
            try:
                while await self.step():
                    pass
            except (DBAPIError, OSError, TimeoutError) as error:
                self.fault = " ".join(str(error).split())[:MAX_ERROR]
                self._log.warning("the database takes no events; trying again", error=self.fault, in_s=back_off)
                await self.pause(back_off)
                back_off = min(back_off * 2, LONGEST_BACK_OFF_S)
                continue
            if self.fault is not None:
                self._log.info("the database takes events again")
            self.fault, back_off = None, FIRST_BACK_OFF_S
            await self.pause(POLL_S)
            if not self.is_over:
                await asyncio.sleep(began + GATHER_S - asyncio.get_running_loop().time())

    async def step(self) -> bool:
        """Apply one batch; whether there was one. Raises what the database raises."""
        async with self._one_at_a_time:
            if self.position is None:
                self.position = await self._stored_position()
            events, behind = await asyncio.to_thread(self._journal.read, self.position, BATCH)
            if behind is None or behind == self.position:
                return False
            try:
                await self._apply_batch(events, behind)
            except (OSError, TimeoutError):
                raise
            except Exception as error:
                # One part cannot take one event: the slow way finds out which, and does without it.
                if isinstance(error, DBAPIError) and not _is_fault_of_the_batch(error):
                    raise
                await self._apply_one_by_one(events, behind)
            self.position = behind
            self.applied += len(events)
        if self._on_applied is not None:
            self._on_applied(behind)
        return True

    async def take(self, events: Sequence[dict[str, Any]]) -> None:
        """Log and apply events that no journal has: those of another exchange, which tells us of its calls.

        Raises what the database raises, and what a part raises that cannot take one: then nothing has happened.
        """
        async with self._one_at_a_time, self._database.transaction() as session:
            new = await event_log.insert(session, events)
            BatchRows.of(session).expect(events)
            session.info.setdefault(EMITTED, []).extend(event for event in events if event["id"] in new)
            event_log.gather(session)
            done: list[dict[str, str]] = []
            for event in events:
                if event["id"] in new:
                    for part in self._parts[event["type"]]:
                        await part.apply(session, event)
                        self._note(done, part, event)
            await event_log.log_gathered(session)
            if done:
                await session.execute(_REACTED, done)

    async def rebuild(self, names: Sequence[str] = ()) -> int:
        """Empty the projections ``names`` (default: all) and apply every logged event to them again; how many.

        One transaction: readers see the old view until the new one is complete. What ``store.retention`` has deleted
        from the log is not there to be applied.
        """
        chosen = [projection for projection in self._projections if not names or projection.name in names]
        count = seq = 0
        async with self._one_at_a_time, self._database.transaction() as session:
            await event_log.take_turn(session)
            for projection in chosen:
                await projection.reset(session)
            wanted_by = _Parts(chosen)
            while page := await event_log.page(session, seq):
                BatchRows.of(session).expect([event for _, event in page])
                for _, event in page:
                    for part in wanted_by[event["type"]]:
                        await part.apply(session, event)
                seq = page[-1][0]
                count += len(page)
                await session.flush()
                session.expunge_all()
                BatchRows.forget(session)
        return count

    async def _stored_position(self) -> Place | None:
        async with self._database.session() as session:
            row = await session.get(JournalPosition, READER)
            return None if row is None else (row.segment, row.offset)

    async def _apply_batch(self, events: list[dict[str, Any]], behind: Place) -> None:
        async with self._database.transaction() as session:
            new = await event_log.insert(session, events)
            BatchRows.of(session).expect(events)
            event_log.gather(session)
            done: list[dict[str, str]] = []
            for event in events:
                if event["id"] in new:
                    new.discard(event["id"])
                    for part in self._parts[event["type"]]:
                        await part.apply(session, event)
                        self._note(done, part, event)
            await event_log.log_gathered(session)
            await self._remember(session, behind, done)

    async def _apply_one_by_one(self, events: list[dict[str, Any]], behind: Place) -> None:
        """Like _apply_batch, with a savepoint around each part: what cannot take an event goes without it."""
        async with self._database.transaction() as session:
            new = await event_log.insert(session, events)
            done: list[dict[str, str]] = []
            emitted: list[dict[str, Any]] = session.info.setdefault(EMITTED, [])
            for event in events:
                if event["id"] not in new:
                    continue
                new.discard(event["id"])
                for part in self._parts[event["type"]]:
                    told = len(emitted)
                    try:
                        async with session.begin_nested():
                            await part.apply(session, event)
                            await session.flush()
                        self._note(done, part, event)
                    except (OSError, TimeoutError):
                        raise
                    except Exception as error:
                        if isinstance(error, DBAPIError) and not _is_fault_of_the_batch(error):
                            raise
                        BatchRows.forget(session)
                        del emitted[told:]
                        self._log.exception("an event was left out", projection=part.name, event_id=event["id"])
                        session.add(
                            ProjectionFault(
                                event_id=event["id"],
                                projection=part.name,
                                error=f"{type(error).__name__}: {error}"[:MAX_ERROR],
                                at=self._clock(),
                            )
                        )
            await self._remember(session, behind, done)

    def _note(self, done: list[dict[str, str]], part: Projection | Reaction, event: dict[str, Any]) -> None:
        if part in self._reactions:
            done.append({"reaction": part.name, "event_id": event["id"]})

    async def _remember(self, session: AsyncSession, behind: Place, done: list[dict[str, str]]) -> None:
        """What the events have led to so far, and where to go on."""
        if done:
            await session.execute(_REACTED, done)
        segment, offset = behind
        place = {"segment": segment, "offset": offset, "updated_at": self._clock()}
        if await session.scalar(_MOVE, place) is None:
            session.add(JournalPosition(reader=READER, **place))


class _Parts(dict[str, tuple[Projection | Reaction, ...]]):
    """Who wants an event, by its type."""

    def __init__(self, everyone: Sequence[Projection | Reaction]) -> None:
        self._everyone = everyone

    def __missing__(self, type_: str) -> tuple[Projection | Reaction, ...]:
        self[type_] = wanting = tuple(part for part in self._everyone if not part.types or type_ in part.types)
        return wanting


def _is_fault_of_the_batch(error: DBAPIError) -> bool:
    """Whether trying again cannot help: the statement is at fault, and not the connection or a busy database."""
    return isinstance(error, IntegrityError) or type(error).__name__ in {"ProgrammingError", "DataError"}
