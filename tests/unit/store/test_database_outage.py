"""A real PostgreSQL goes away under a running projector, and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from pbx.events import CallHeld
from pbx.journal import Journal, JournalReader
from pbx.stream import EventStream
from store import event_log
from store.engine import Database
from store.projector import Projector
from tests.postgres import PostgresServer, PostgresUnavailableError

pytestmark = pytest.mark.postgres


@pytest.fixture
async def server() -> AsyncIterator[PostgresServer]:
    """A server of this test's own, to be stopped."""
    try:
        server = await asyncio.to_thread(PostgresServer)
    except PostgresUnavailableError as error:
        pytest.skip(str(error))
    yield server
    await asyncio.to_thread(server.stop)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


async def test_events_wait_in_the_journal_while_the_database_is_away(server: PostgresServer, tmp_path: Path) -> None:
    database = Database(await asyncio.to_thread(server.create, "centralita"))
    await database.upgrade()
    journal = Journal(tmp_path)
    await journal.start()
    stream = EventStream(journal, clock=lambda: 1_000.0)
    projector = Projector(database, JournalReader(tmp_path), [])
    running = asyncio.create_task(projector.run())
    emitted = [stream.emit(CallHeld("before"), "call").id]
    await journal.flush()
    projector.notify()
    await until(lambda: projector.applied == 1)

    await asyncio.to_thread(server.halt)
    emitted += [stream.emit(CallHeld("during"), "call").id for _ in range(700)]
    await journal.flush()
    projector.notify()
    await until(lambda: projector.fault is not None)

    await asyncio.to_thread(server.serve)
    await until(lambda: projector.applied == 701 and projector.fault is None)
    async with database.session() as session:
        logged = await event_log.of_call(session, "call")
    assert [document["id"] for document in logged] == emitted
    projector.stop()
    await running
    await journal.close()
    await database.dispose()
