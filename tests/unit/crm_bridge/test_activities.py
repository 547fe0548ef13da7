"""Every call becomes one activity."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from crm_bridge.tables import Activity
from store.engine import Database
from tests.unit.crm_bridge.conftest import CARMEN, JOHN, STRANGER, Happen, answered, ended, event, started


async def activities(database: Database) -> list[Activity]:
    async with database.session() as session:
        return list(await session.scalars(select(Activity)))


async def test_a_call_is_logged_with_result_recording_and_lead(database: Database, happen: Happen) -> None:
    await happen("c1", started(STRANGER), answered("ana"), ended(STRANGER, login="ana", recording_id="r1"))
    (activity,) = await activities(database)
    assert (activity.kind, activity.call_id, activity.result, activity.recording_id) == ("call", "c1", "answered", "r1")
    assert (activity.number, activity.responsible, activity.talk_s) == (STRANGER, "ana", 30.0)
    assert activity.lead_id is not None
    assert activity.contact_id is None


async def test_a_customers_call_is_linked_to_contact_and_deal(database: Database, happen: Happen) -> None:
    await happen("c1", started(JOHN), ended(JOHN, "abandoned"))
    (activity,) = await activities(database)
    assert activity.contact_id is not None
    assert activity.deal_id is not None
    assert activity.lead_id is None


async def test_logging_it_again_changes_nothing(
    database: Database, happen: Happen, emitted: list[dict[str, Any]]
) -> None:
    end = event(ended(CARMEN, login="ana"), "c1")
    await happen("c1", started(CARMEN), answered("ana"), end)
    await happen("c1", end)
    assert len(await activities(database)) == 1
    assert [document["type"] for document in emitted].count("activity.logged") == 1
