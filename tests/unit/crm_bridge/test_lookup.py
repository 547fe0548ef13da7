"""Who a number is, and the pop-up's card."""

from __future__ import annotations

from sqlalchemy import func, select

from crm_bridge.first_load import load_contacts
from crm_bridge.lookup import LAST_CALLS, look_up
from crm_bridge.screen_pop import card, identity
from crm_bridge.tables import Contact
from store.engine import Database
from tests.unit.crm_bridge.conftest import CARMEN, CONTACTS, JOHN, NOW, STRANGER, Happen, ended, event, started


async def test_a_customer_is_known_with_company_responsible_and_language(database: Database) -> None:
    async with database.session() as session:
        shown = card(await look_up(session, CARMEN))
    assert shown["contact"]["name"] == "Carmen Ruiz"
    assert shown["company"]["name"] == "Librería Sol"
    assert (shown["responsible"], shown["language"]) == ("ana", "es")


async def test_an_open_deal_is_shown(database: Database) -> None:
    async with database.session() as session:
        dossier = await look_up(session, JOHN)
    assert [(deal["title"], deal["status"]) for deal in dossier.deals] == [("Coffee machines", "open")]
    assert (found := identity(dossier)) is not None
    assert (found.name, found.language, found.responsible) == ("John Smith", "en", "luis")


async def test_a_stranger_is_nobody_but_what_is_open_with_the_number_is_known(
    database: Database, happen: Happen
) -> None:
    await happen("c1", started(STRANGER), ended(STRANGER, "missed"))
    async with database.session() as session:
        dossier = await look_up(session, STRANGER)
    assert identity(dossier) is None
    assert [lead["repeat"] for lead in dossier.leads] == [False]
    assert [call["result"] for call in dossier.calls] == ["missed"]


async def test_the_last_calls_both_ways_newest_first(database: Database, happen: Happen) -> None:
    for number in range(LAST_CALLS + 1):
        await happen(f"c{number}", event(started(CARMEN), f"c{number}", NOW + number))
    await happen("out", event(started("101", CARMEN, "outbound", "ana"), "out", NOW + 3.5))
    async with database.session() as session:
        calls = (await look_up(session, CARMEN)).calls
    assert [call["id"] for call in calls] == ["c5", "c4", "out", "c3", "c2"]


async def test_a_withheld_number_is_nobody(database: Database) -> None:
    async with database.session() as session:
        assert card(await look_up(session, None))["contact"] is None


async def test_contacts_are_loaded_once(database: Database) -> None:
    async with database.transaction() as session:
        assert await load_contacts(session, CONTACTS, NOW) == 0
        assert await session.scalar(select(func.count()).select_from(Contact)) == len(CONTACTS)
