"""The call log as a view of the events."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from crm_bridge.call_document import call_document
from crm_bridge.call_log import CallLog
from crm_bridge.tables import Call, CallLink, CallParticipant
from pbx.events import (
    CallIdentified,
    CallPickedUp,
    CallRated,
    CallRinging,
    CallSupervised,
    CallTransferred,
    QueueJoined,
    RecordingStarted,
)
from store.engine import Database
from tests.unit.crm_bridge.conftest import CARMEN, NOW, STRANGER, Happen, answered, ended, event, started


async def shown(database: Database, call_id: str, now: float = NOW + 60) -> dict[str, Any]:
    async with database.session() as session:
        call = await session.get(Call, call_id)
        assert call is not None
        return call_document(call, await session.get(CallLink, call_id), now)


async def parts(database: Database, call_id: str) -> dict[str, str]:
    async with database.session() as session:
        rows = await session.scalars(select(CallParticipant).where(CallParticipant.call_id == call_id))
        return {row.login: row.part for row in rows}


async def test_a_live_call_is_there_with_its_clock_running(database: Database, happen: Happen) -> None:
    await happen("c1", started(CARMEN))
    call = await shown(database, "c1", NOW + 7)
    assert call["ended_at"] is None
    assert call["result"] is None
    assert call["wait_s"] == 7.0
    assert call["caller"]["name"] == "Carmen Ruiz"
    assert call["caller"]["contact_id"] is not None
    assert call["started_at"] == "2027-01-15T08:00:00.000Z"


async def test_the_wait_counts_from_the_queue_to_the_answer(database: Database, happen: Happen) -> None:
    await happen(
        "c1",
        started(STRANGER),
        event(QueueJoined("sales", 1), "c1", NOW + 10),
        event(CallRinging("ana", "101", "sales"), "c1", NOW + 12),
        event(answered("ana", queue="sales"), "c1", NOW + 15),
    )
    call = await shown(database, "c1", NOW + 20)
    assert (call["queue"], call["agent"]) == ("sales", "ana")
    assert (call["wait_s"], call["talk_s"]) == (5.0, 5.0)
    assert call["answered_at"] == "2027-01-15T08:00:15.000Z"


async def test_the_end_says_it_all(database: Database, happen: Happen) -> None:
    end = ended(STRANGER, login="luis", queue="support", transfers=1, rating=4, recording_id="r1", wait_s=3.25)
    await happen("c1", started(STRANGER), answered("ana"), event(end, "c1", NOW + 40))
    call = await shown(database, "c1")
    assert (call["result"], call["ended_by"], call["reason"]) == ("answered", "caller", "normal")
    assert (call["agent"], call["queue"], call["transfers"], call["rating"]) == ("luis", "support", 1, 4)
    assert (call["wait_s"], call["talk_s"], call["recording_id"]) == (3.25, 30.0, "r1")
    assert call["ended_at"] == "2027-01-15T08:00:40.000Z"


async def test_a_clock_that_was_set_during_the_call_leaves_its_two_ends_by_one_clock(
    database: Database, happen: Happen
) -> None:
    back = replace(ended(CARMEN), started_at=NOW - 3600, answered_at=NOW - 3590)
    await happen("c1", started(CARMEN), answered("ana"), event(back, "c1", NOW - 3560))
    call = await shown(database, "c1")
    assert (call["started_at"], call["ended_at"]) == ("2027-01-15T07:00:00.000Z", "2027-01-15T07:00:40.000Z")
    async with database.session() as session:
        (part,) = await session.scalars(select(CallParticipant))
    assert (part.login, part.started_at) == ("ana", NOW - 3600)


async def test_applying_an_event_again_changes_nothing(database: Database, happen: Happen) -> None:
    await happen("c1", started(STRANGER), answered("ana"))
    transferred = event(CallTransferred("ana", "luis", "blind"), "c1")
    await happen("c1", transferred)
    before = await shown(database, "c1")
    async with database.transaction() as session:
        await CallLog("ES").apply(session, transferred)
    assert await shown(database, "c1") == before
    assert before["transfers"] == 1


async def test_a_call_whose_beginning_was_lost_is_told_by_its_end(database: Database, happen: Happen) -> None:
    await happen("c1", ended(STRANGER, login="ana"))
    call = await shown(database, "c1")
    assert (call["caller"]["number"], call["result"], call["agent"]) == (STRANGER, "answered", "ana")


async def test_what_comes_on_the_way_is_kept(database: Database, happen: Happen) -> None:
    await happen(
        "c1",
        started(STRANGER),
        CallIdentified("contact-9", "Somebody"),
        answered("ana"),
        RecordingStarted("r7", "r7.spool"),
        CallRated(5),
    )
    call = await shown(database, "c1")
    assert (call["caller"]["name"], call["caller"]["contact_id"]) == ("Somebody", "contact-9")
    assert (call["recording_id"], call["rating"]) == ("r7", 5)


async def test_whose_call_it_is(database: Database, happen: Happen) -> None:
    await happen(
        "c1",
        started(STRANGER),
        CallRinging("ana", "101"),
        CallRinging("luis", "102"),
        CallPickedUp("marta", "ana"),
        answered("marta"),
        CallSupervised("sofia", "listen"),
    )
    assert await parts(database, "c1") == {"ana": "rung", "luis": "rung", "marta": "connected"}


async def test_an_outgoing_call_is_its_callers_and_its_number_is_e164(database: Database, happen: Happen) -> None:
    await happen("c1", started("101", "600 111 222", "outbound", "ana"))
    call = await shown(database, "c1")
    assert (call["dialled"], call["agent"], call["direction"]) == (CARMEN, "ana", "outbound")
    assert call["caller"]["contact_id"] is not None
    assert await parts(database, "c1") == {"ana": "connected"}


async def test_a_rebuild_keeps_the_links(database: Database, happen: Happen) -> None:
    begin, end = event(started(STRANGER), "c1"), event(ended(STRANGER, "missed"), "c1", NOW + 9)
    await happen("c1", begin, end)
    before = await shown(database, "c1")
    assert before["caller"]["lead_id"] is not None
    log = CallLog("ES")
    async with database.transaction() as session:
        await log.reset(session)
        for document in (begin, end):
            await log.apply(session, document)
    assert await shown(database, "c1") == before
