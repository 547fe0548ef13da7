"""Which calls become leads."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from config.crm import CrmRules
from crm_bridge.errors import OpenLeadExistsError
from crm_bridge.leads import add_lead
from crm_bridge.tables import CallLink, Deal, Lead
from pbx.events import CallTransferred
from store.engine import Database
from tests.unit.crm_bridge.conftest import CARMEN, DIALLED, JOHN, NOW, STRANGER, Happen, answered, ended, started


async def leads(database: Database) -> list[Lead]:
    async with database.session() as session:
        return list(await session.scalars(select(Lead).order_by(Lead.id)))


async def link(database: Database, call_id: str) -> CallLink | None:
    async with database.session() as session:
        return await session.get(CallLink, call_id)


async def test_an_unknown_caller_becomes_a_lead_of_who_answers(database: Database, happen: Happen) -> None:
    await happen("c1", started(STRANGER), answered("ana"), ended(STRANGER, login="ana"))
    (lead,) = await leads(database)
    assert (lead.number, lead.source, lead.responsible, lead.status, lead.repeat) == (
        STRANGER,
        DIALLED,
        "ana",
        "new",
        False,
    )
    assert (found := await link(database, "c1")) is not None
    assert found.lead_id == lead.id


async def test_the_lead_is_there_while_the_call_still_runs(database: Database, happen: Happen) -> None:
    await happen("c1", started(STRANGER), answered("ana"))
    assert len(await leads(database)) == 1


async def test_the_first_to_answer_stays_responsible(database: Database, happen: Happen) -> None:
    await happen("c1", started(STRANGER), answered("ana"), answered("luis"), ended(STRANGER, login="luis"))
    (lead,) = await leads(database)
    assert lead.responsible == "ana"


async def test_a_caller_whom_nobody_answers_becomes_a_lead_of_nobody(database: Database, happen: Happen) -> None:
    await happen("c1", started(STRANGER), ended(STRANGER, "abandoned"))
    (lead,) = await leads(database)
    assert lead.responsible is None


async def test_who_answers_the_next_call_takes_over_the_lead_of_nobody(database: Database, happen: Happen) -> None:
    await happen("c1", started(STRANGER), ended(STRANGER, "missed"))
    await happen("c2", started(STRANGER), answered("luis"), ended(STRANGER, login="luis"))
    (lead,) = await leads(database)
    assert lead.responsible == "luis"


async def test_no_second_lead_while_one_is_open(database: Database, happen: Happen) -> None:
    await happen("c1", started(STRANGER), answered("ana"), ended(STRANGER, login="ana"))
    await happen("c2", started(STRANGER), answered("luis"), ended(STRANGER, login="luis"))
    (lead,) = await leads(database)
    assert lead.responsible == "ana"
    assert (second := await link(database, "c2")) is not None
    assert second.lead_id == lead.id


async def test_a_closed_lead_makes_room_for_a_new_one(database: Database, happen: Happen) -> None:
    await happen("c1", started(STRANGER), ended(STRANGER, "missed"))
    async with database.transaction() as session:
        (lead,) = await session.scalars(select(Lead))
        lead.status = "lost"
    await happen("c2", started(STRANGER), ended(STRANGER, "missed"))
    assert [lead.status for lead in await leads(database)] == ["lost", "new"]


async def test_a_known_customer_with_nothing_open_becomes_a_repeat_lead(database: Database, happen: Happen) -> None:
    await happen("c1", started(CARMEN), answered("luis"), ended(CARMEN, login="luis"))
    (lead,) = await leads(database)
    assert (lead.repeat, lead.name, lead.responsible) == (True, "Carmen Ruiz", "luis")


async def test_an_unanswered_repeat_lead_is_for_who_looks_after_the_customer(
    database: Database, happen: Happen
) -> None:
    await happen("c1", started(CARMEN), ended(CARMEN, "abandoned"))
    (lead,) = await leads(database)
    assert lead.responsible == "ana"


async def test_a_customers_other_number_finds_the_same_open_lead(database: Database, happen: Happen) -> None:
    await happen("c1", started(CARMEN), ended(CARMEN, "missed"))
    await happen("c2", started("+34910999888"), ended("+34910999888", "missed"))
    assert len(await leads(database)) == 1


async def test_a_customer_with_an_open_deal_makes_no_lead_and_the_call_is_added_to_the_deal(
    database: Database, happen: Happen
) -> None:
    await happen("c1", started(JOHN), answered("luis"), ended(JOHN, login="luis"))
    assert await leads(database) == []
    async with database.session() as session:
        deal = await session.scalar(select(Deal.id))
    assert (found := await link(database, "c1")) is not None
    assert found.deal_id == deal


async def test_a_deal_closed_during_the_call_makes_no_lead_at_its_end(database: Database, happen: Happen) -> None:
    await happen("c1", started(JOHN), answered("luis"))
    async with database.transaction() as session:
        for deal in await session.scalars(select(Deal)):
            deal.status = "won"
    await happen("c1", ended(JOHN, login="luis"))
    assert await leads(database) == []


@pytest.mark.parametrize("result", ["blocked", "failed"])
async def test_a_blocked_or_failed_call_makes_no_lead(database: Database, happen: Happen, result: str) -> None:
    await happen("c1", started(STRANGER), ended(STRANGER, result))
    assert await leads(database) == []


async def test_withheld_internal_and_outgoing_calls_make_no_lead(database: Database, happen: Happen) -> None:
    await happen("c1", started(None), answered("ana"), ended(None, login="ana"))
    await happen("c2", started("101", "102", "internal", "ana"), answered("luis"))
    await happen("c3", started("101", STRANGER, "outbound", "ana"), answered(None, "number"))
    assert await leads(database) == []


async def test_an_outgoing_call_is_added_to_what_is_open(database: Database, happen: Happen) -> None:
    outgoing = ended("101", login="ana", direction="outbound", dialled=JOHN, trunk="carrier")
    await happen("c1", started("101", JOHN, "outbound", "ana"), answered(None, "number"), outgoing)
    assert (found := await link(database, "c1")) is not None
    assert found.deal_id is not None


async def test_a_lead_is_announced_once(database: Database, happen: Happen, emitted: list[dict[str, Any]]) -> None:
    await happen("c1", started(STRANGER), answered("ana"), ended(STRANGER, login="ana"))
    created = [document for document in emitted if document["type"] == "lead.created"]
    assert [(one["number"], one["source"], one["responsible"], one["call_id"]) for one in created] == [
        (STRANGER, DIALLED, "ana", "c1")
    ]


async def test_two_at_once_leave_one_open_lead(database: Database) -> None:
    async def add(id_: str) -> bool:
        try:
            async with database.transaction() as session:
                lead = Lead(
                    id=id_, number=STRANGER, status="new", repeat=False, created_at=NOW, updated_at=NOW, source=None
                )
                await add_lead(session, lead)
        except OpenLeadExistsError:
            return False
        return True

    assert sorted(await asyncio.gather(*(add(f"lead-{n}") for n in range(4)))) == [False, False, False, True]
    assert len(await leads(database)) == 1


async def test_the_company_says_whose_calls_become_leads(
    database: Database, happen: Happen, rules: list[CrmRules]
) -> None:
    rules.append(CrmRules(leads="nobody"))
    await happen("c1", started(STRANGER), answered("ana"), ended(STRANGER, login="ana"))
    assert await leads(database) == []
    rules.append(CrmRules(no_leads_for=(DIALLED,)))
    await happen("c2", started(STRANGER), ended(STRANGER, "missed"))
    assert await leads(database) == []
    rules.append(CrmRules(leads="unknown", lead_owner="sofia"))
    await happen("c3", started(CARMEN), answered("ana"), ended(CARMEN, login="ana"))
    assert await leads(database) == []
    await happen("c4", started(STRANGER), answered("ana"), ended(STRANGER, login="ana"))
    (lead,) = await leads(database)
    assert lead.responsible == "sofia"


async def test_an_unknown_caller_is_only_suggested_where_the_company_wants_that(
    database: Database, happen: Happen, rules: list[CrmRules], emitted: list[dict[str, Any]]
) -> None:
    rules.append(CrmRules(strangers="suggest"))
    await happen("c1", started(STRANGER), answered("ana"), ended(STRANGER, login="ana"))
    assert await leads(database) == []
    (suggested,) = [one for one in emitted if one["type"] == "lead.suggested"]
    assert {suggested[name] for name in ("login", "number", "source")} == {"ana", STRANGER, DIALLED}
    await happen("c2", started(CARMEN), answered("ana"), ended(CARMEN, login="ana"))
    assert [lead.repeat for lead in await leads(database)] == [True]


async def test_whoever_is_given_the_call_is_responsible_where_the_company_wants_that(
    database: Database, happen: Happen, rules: list[CrmRules]
) -> None:
    talk = (started(STRANGER), answered("ana"), CallTransferred("ana", "luis", "blind"))
    await happen("c1", *talk)
    assert [lead.responsible for lead in await leads(database)] == ["ana"]
    rules.append(CrmRules(follow_transfers=True))
    await happen("c2", started(STRANGER), answered("ana"), CallTransferred("ana", "+34911222333", "blind"))
    assert [lead.responsible for lead in await leads(database)] == ["ana"]
    await happen("c3", *talk)
    assert [lead.responsible for lead in await leads(database)] == ["luis"]
    await happen("c4", *talk, CallTransferred("luis", "200", "blind"), answered("marta", queue="support"))
    assert [lead.responsible for lead in await leads(database)] == ["marta"]
