"""The projector against crashes, duplicates, poisoned events and a database that goes away."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from store import event_log
from store.agent_state import AgentStates, load_agent_states
from store.engine import Database
from store.projector import Projector
from store.tables import Installation, ProjectionFault, ReactionDone


def event(number: int, type_: str = "call.started", **fields: Any) -> dict[str, Any]:
    at = f"2025-11-24T08:00:{number % 60:02d}.000Z"
    return {"id": f"event-{number:04d}", "type": type_, "at": at, "call_id": f"call-{number % 3}", "v": 1, **fields}


class Frames:
    """A journal in memory: one segment, one offset per event."""

    def __init__(self, *events: dict[str, Any]) -> None:
        self.events = list(events)

    def read(self, position: tuple[int, int] | None, limit: int = 2) -> tuple[list[dict[str, Any]], tuple[int, int]]:
        start = position[1] if position else 0
        found = self.events[start : start + min(limit, 2)]
        return found, (1, start + len(found))


class Counts:
    """Counts the events of one type in a row of its own."""

    def __init__(self, name: str = "counts", types: frozenset[str] = frozenset()) -> None:
        self.name = name
        self.types = types

    async def apply(self, session: AsyncSession, event: dict[str, Any]) -> None:
        row = await session.get(Installation, self.name)
        if row is None:
            session.add(Installation(name=self.name, value="1"))
        else:
            row.value = str(int(row.value) + 1)

    async def reset(self, session: AsyncSession) -> None:
        row = await session.get(Installation, self.name)
        if row is not None:
            await session.delete(row)


class Chokes(Counts):
    """Cannot take one event."""

    def __init__(self, on: str, error: Exception) -> None:
        super().__init__("chokes")
        self._on, self._error = on, error

    async def apply(self, session: AsyncSession, event: dict[str, Any]) -> None:
        await super().apply(session, event)
        if event["id"] == self._on:
            raise self._error


async def value(database: Database, name: str) -> str | None:
    async with database.session() as session:
        return await session.scalar(select(Installation.value).where(Installation.name == name))


async def catch_up(projector: Projector) -> None:
    while await projector.step():
        pass


async def test_every_event_is_logged_and_given_to_those_who_want_it(database: Database) -> None:
    rings = Counts("rings", frozenset({"call.ringing"}))
    journal = Frames(event(1), event(2, "call.ringing"), event(3), event(4, "call.ringing"), event(5))
    projector = Projector(database, journal, [Counts(), rings])
    await catch_up(projector)
    assert (await value(database, "counts"), await value(database, "rings")) == ("5", "2")
    async with database.session() as session:
        assert await event_log.since(session, "event-0003") == [event(4, "call.ringing"), event(5)]
        assert await event_log.since(session, "unknown") is None
        assert await event_log.of_call(session, "call-1") == [event(1), event(4, "call.ringing")]
        assert await event_log.last_seq(session) == 5


async def test_a_new_projector_goes_on_where_the_last_one_stopped(database: Database) -> None:
    journal = Frames(event(1), event(2))
    await catch_up(Projector(database, journal, [Counts()]))
    journal.events.append(event(3))
    positions: list[tuple[int, int]] = []
    await catch_up(Projector(database, journal, [Counts()], on_applied=positions.append))
    assert await value(database, "counts") == "3"
    assert positions == [(1, 3)]


async def test_an_event_written_twice_counts_once(database: Database) -> None:
    journal = Frames(event(1), event(1), event(2), event(1))
    await catch_up(Projector(database, journal, [Counts()], [Counts("reaction")]))
    assert (await value(database, "counts"), await value(database, "reaction")) == ("2", "2")


async def test_a_rebuild_repeats_projections_and_no_reaction(database: Database) -> None:
    journal = Frames(*(event(number) for number in range(5)))
    projector = Projector(database, journal, [Counts()], [Counts("reaction")])
    await catch_up(projector)
    async with database.transaction() as session:
        (await session.get_one(Installation, "counts")).value = "77"
    assert await projector.rebuild() == 5
    assert (await value(database, "counts"), await value(database, "reaction")) == ("5", "5")
    async with database.session() as session:
        assert len(list(await session.scalars(select(ReactionDone)))) == 5


@pytest.mark.parametrize("error", [KeyError("queue"), ValueError("no number")])
async def test_an_event_that_one_projection_cannot_take_holds_up_nobody(database: Database, error: Exception) -> None:
    journal = Frames(*(event(number) for number in range(4)))
    projector = Projector(database, journal, [Chokes("event-0001", error), Counts()], clock=lambda: 9.0)
    await catch_up(projector)
    assert (await value(database, "chokes"), await value(database, "counts")) == ("3", "4")
    async with database.session() as session:
        (fault,) = await session.scalars(select(ProjectionFault))
    assert (fault.event_id, fault.projection) == ("event-0001", "chokes")
    assert type(error).__name__ in fault.error


async def test_while_the_database_is_away_nothing_is_left_out_and_nothing_counts_twice(database: Database) -> None:
    away = OperationalError("BEGIN", {}, ConnectionResetError("the server is gone"))
    chokes = Chokes("event-0002", away)
    journal = Frames(*(event(number) for number in range(5)))
    projector = Projector(database, journal, [chokes])
    with pytest.raises(OperationalError):
        await catch_up(projector)
    assert await value(database, "chokes") == "2"
    chokes._on = ""
    await catch_up(projector)
    assert await value(database, "chokes") == "5"


async def test_running_it_says_why_it_stands_still_and_goes_on_by_itself(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.projector.FIRST_BACK_OFF_S", 0.001)
    away = OperationalError("BEGIN", {}, ConnectionResetError("the server is gone"))
    chokes = Chokes("event-0001", away)
    projector = Projector(database, Frames(event(1), event(2)), [chokes])
    task = asyncio.create_task(projector.run())
    while projector.fault is None:
        await asyncio.sleep(0)
    assert "the server is gone" in projector.fault
    chokes._on = ""
    while projector.applied < 2:
        await asyncio.sleep(0)
    projector.stop()
    await task
    assert projector.fault is None


async def test_events_of_the_office_are_told_after_the_commit_and_only_then(database: Database) -> None:
    told: list[dict[str, Any]] = []
    database.on_emitted = told.extend
    async with database.transaction() as session:
        document = await event_log.append(session, "lead.created", "call-1", {"lead_id": "1"}, id="office-1", at=0.5)
        await event_log.append(session, "lead.created", "call-1", {"lead_id": "1"}, id="office-1", at=0.5)
        assert told == []
    assert told == [document]
    assert document["at"] == "1970-01-01T00:00:00.500Z"
    with pytest.raises(RuntimeError):
        async with database.transaction() as session:
            await event_log.append(session, "lead.created", None, {}, id="office-2", at=0.5)
            raise RuntimeError
    assert told == [document]
    async with database.session() as session:
        assert await event_log.of_call(session, "call-1") == [document]


async def test_agents_come_back_in_the_state_that_their_last_event_said(database: Database) -> None:
    journal = Frames(
        event(1, "agent.state", login="ana", state="available", previous="offline", cause="api", reason=None),
        event(2, "agent.state", login="luis", state="available", previous="offline", cause="api", reason=None),
        event(3, "agent.state", login="ana", state="break", previous="available", cause="api", reason="lunch"),
    )
    projector = Projector(database, journal, [AgentStates()])
    await catch_up(projector)
    journal.events.append(
        event(4, "agent.state", login="luis", state="offline", previous="available", cause="api", reason=None)
    )
    async with database.session() as session:
        applied = await load_agent_states(session)
        states = await load_agent_states(session, journal)
    assert (states["ana"].state, states["ana"].reason) == ("break", "lunch")
    assert (applied["luis"].state, states["luis"].state) == ("available", "offline")
