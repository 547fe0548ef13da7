"""What becomes of leads, and how they are found."""

from __future__ import annotations

from typing import Any

from config.crm import CrmRules
from crm_bridge.leads import LeadRules
from pbx.events.office import CrmNotified
from tests.unit.web.conftest import NOW, House
from tests.unit.web.events import CARMEN, answered, ended, event, started

STRANGER = "+34655000111"


async def called(house: House, number: str, call: str, login: str = "ana") -> dict[str, Any]:
    """The lead of a call that ``login`` has answered."""
    await house.happen(
        event(started(number), call, NOW),
        event(answered(login), call, NOW + 2),
        event(ended(number, login=login), call, NOW + 9),
    )
    (lead,) = (await house.get("ana", f"/leads?number={number.replace('+', '%2B')}"))["items"]
    found: dict[str, Any] = lead
    return found


async def test_a_stranger_becomes_a_customer_of_a_company_with_a_deal(house: House) -> None:
    lead = await called(house, STRANGER, "c1")
    body = {"contact": {"name": "Eva", "company": "Taller Norte"}, "deal": {"title": "Molinillos", "amount": 90.5}}
    response = await house.ask("ana", "POST", f"/leads/{lead['id']}/convert", json=body)
    made = await response.json()
    assert response.status == 200, made
    contact = await house.get("ana", f"/contacts/{made['contact_id']}")
    assert (contact["name"], contact["company"], contact["numbers"]) == ("Eva", "Taller Norte", [STRANGER])
    assert contact["responsible"] == "ana"
    deal = await house.get("ana", f"/deals/{made['deal_id']}")
    assert (deal["contact_id"], deal["company_id"], deal["lead_id"]) == (contact["id"], made["company_id"], lead["id"])
    assert (await house.get("ana", f"/leads/{lead['id']}"))["status"] == "converted"
    (activity,) = (await house.get("ana", f"/activities?contact_id={contact['id']}"))["items"]
    assert (activity["call_id"], activity["deal_id"]) == ("c1", deal["id"])
    assert (await house.ask("ana", "POST", f"/leads/{lead['id']}/convert", json=body)).status == 409


async def test_a_repeat_lead_only_becomes_a_deal(house: House) -> None:
    lead = await called(house, CARMEN, "c1")
    assert lead["repeat"] is True
    path = f"/leads/{lead['id']}"
    for method, where, body in (
        ("PATCH", path, {"status": "converted"}),
        ("POST", f"{path}/convert", {"contact": {"name": "Carmen otra vez"}}),
        ("POST", f"{path}/convert", {"contact": {}, "deal": {"title": "Café"}}),
    ):
        assert (await house.ask("ana", method, where, json=body)).status == 409, body
    assert (await house.ask("ana", "POST", f"{path}/convert", json={})).status == 422
    made = await (await house.ask("ana", "POST", f"{path}/convert", json={"deal": {"title": "Café"}})).json()
    assert made["contact_id"] == lead["contact_id"]
    assert (await house.get("ana", f"/deals/{made['deal_id']}"))["title"] == "Café"
    assert len((await house.get("ana", "/contacts?q=carmen"))["items"]) == 1


async def test_a_lead_made_of_a_call_belongs_to_it(house: House) -> None:
    suggesting = LeadRules(lambda: CrmRules(strangers="suggest"))
    events = (event(started(STRANGER), "c1", NOW), event(answered("ana"), "c1", NOW + 2))
    await house.happen(events[0])
    async with house.office.database.transaction() as session:
        await suggesting.apply(session, events[1])
    assert (await house.get("ana", "/leads"))["items"] == []
    body = {"number": STRANGER, "call_id": "c1"}
    assert (await house.ask("luis", "POST", "/leads", json=body)).status == 409, "nobody else's call"
    response = await house.ask("sofia", "POST", "/leads", json={**body, "responsible": "ana"})
    lead = await response.json()
    assert (response.status, lead["source"], lead["responsible"]) == (201, "+34910000001", "ana")
    assert (await house.get("sofia", "/calls/c1"))["caller"]["lead_id"] == lead["id"]


async def test_everything_is_found_by_any_of_its_fields(house: House) -> None:
    await called(house, STRANGER, "c1")
    assert len((await house.get("ana", "/leads?q=655%20000"))["items"]) == 1
    for asked in ("librería", "RUIZ", "600 111", "%2B34600", "ana"):
        names = [one["name"] for one in (await house.get("ana", f"/contacts?q={asked}"))["items"]]
        assert "Carmen Ruiz" in names, asked
    for asked in ("nobody", "%25", "_", "12"):
        assert (await house.get("ana", f"/contacts?q={asked}"))["items"] == [], asked
    assert len((await house.get("ana", "/companies?q=sol"))["items"]) == 1
    assert len((await house.get("ana", "/activities?q=655000111"))["items"]) == 1
    assert len((await house.get("ana", "/deals?q=luis"))["items"]) == 1
    assert (await house.get("ana", "/tasks?q=x"))["items"] == []


async def test_what_a_rule_tells_somebody_is_not_in_the_story_that_others_read(house: House) -> None:
    told = CrmNotified(rule="bad", login="sofia", title="ana: 1", text="")
    await house.happen(event(started(CARMEN), "c1", NOW), event(answered("ana"), "c1", NOW + 2))
    await house.happen(event(told, "c1", NOW + 3))
    story = (await house.get("ana", "/calls/c1/events"))["items"]
    assert "call.answered" in [one["type"] for one in story]
    assert "crm.notified" not in [one["type"] for one in story]
