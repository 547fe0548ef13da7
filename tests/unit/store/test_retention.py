"""Old events leave the log, a few at a time; what was made of them stays."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from store import event_log
from store.engine import Database
from store.retention import DAY_S, Retention
from store.tables import LoggedEvent, ReactionDone

NOW = 1_800_000_000.0


async def log_events(database: Database, *ages_days: float) -> None:
    async with database.transaction() as session:
        for number, age in enumerate(ages_days):
            await event_log.append(session, "call.started", "call", {}, id=f"event-{number}", at=NOW - age * DAY_S)
            session.add(ReactionDone(reaction="leads", event_id=f"event-{number}"))


async def kept(database: Database) -> list[str]:
    async with database.session() as session:
        assert await session.scalar(select(func.count()).select_from(ReactionDone)) == await session.scalar(
            select(func.count()).select_from(LoggedEvent)
        )
        return list(await session.scalars(select(LoggedEvent.id).order_by(LoggedEvent.seq)))


async def test_what_is_too_old_is_deleted_in_batches(database: Database) -> None:
    await log_events(database, 500, 450, 401, 399, 1)
    retention = Retention(database, 400, lambda: NOW, ["leads"])
    assert [await retention.step(limit=2) for _ in range(3)] == [2, 1, 0]
    assert await kept(database) == ["event-3", "event-4"]


async def test_the_newest_event_stays_so_that_numbers_go_on(database: Database) -> None:
    await log_events(database, 900, 800)
    retention = Retention(database, 400, lambda: NOW, ["leads"])
    while await retention.step():
        pass
    assert await kept(database) == ["event-1"]


async def test_an_empty_log_is_left_alone_and_it_can_be_stopped_at_once(database: Database) -> None:
    retention = Retention(database, 400, lambda: NOW)
    assert await retention.step() == 0
    running = asyncio.create_task(retention.run())
    retention.stop()
    await running


async def test_a_round_that_is_broken_off_has_nobody_else_forget(database: Database) -> None:
    async def forget(session: AsyncSession, oldest: float) -> None:
        forgotten.append(oldest)

    forgotten: list[float] = []
    retention = Retention(database, 400, lambda: NOW, also=[forget])
    await retention.round()
    retention.stop()
    await retention.round()
    assert forgotten == [NOW - 400 * DAY_S]
