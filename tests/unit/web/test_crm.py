"""Contacts, companies, leads, deals, tasks, activities over the API."""

from __future__ import annotations

from typing import Any

import pytest

from pbx.events import RecordingStarted
from tests.unit.web.conftest import NOW, House
from tests.unit.web.events import CARMEN, answered, ended, event, started


async def new(house: House, path: str, login: str = "ana", **body: Any) -> dict[str, Any]:
    response = await house.ask(login, "POST", path, json=body)
    assert response.status == 201, await response.text()
    document: dict[str, Any] = await response.json()
    return document


async def test_a_contact_keeps_several_numbers_in_one_form(house: House) -> None:
    company = await new(house, "/companies", name="Taller Norte")
    contact = await new(
        house,
        "/contacts",
        name="Eva",
        company_id=company["id"],
        numbers=["600 333 444", "0044 20 7946 0999", "+34600333444"],
        responsible="luis",
    )
    assert contact["numbers"] == ["+34600333444", "+442079460999"]
    assert contact["company"] == "Taller Norte"
    card = await house.get("ana", "/lookup?number=600333444")
    assert card["contact"]["name"] == "Eva"
    found = await house.get("ana", "/contacts?number=+442079460999")
    assert [one["id"] for one in found["items"]] == [contact["id"]]
    assert [one["name"] for one in (await house.get("ana", "/contacts?name=arme"))["items"]] == ["Carmen Ruiz"]


async def test_customers_in_the_order_of_a_telephone_book(house: House) -> None:
    company = await new(house, "/companies", name="Ábaco")
    long = "O\u00a0Brien" + "x" * 150
    for name in ("Ñandú", "álvaro", "Óscar", "Nuria", "Bea", long):
        of = company["id"] if name == "Nuria" else None
        await new(house, "/contacts", name=name, company_id=of, responsible="luis")

    async def names(sort: str) -> list[str]:
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            rest = cursor and f"&cursor={cursor}"
            page = await house.get("ana", f"/contacts?responsible=luis&sort={sort}&limit=1{rest}")
            seen += [one["name"] for one in page["items"]]
            cursor = page["next_cursor"]
        return seen

    expected = ["álvaro", "Bea", "John Smith", "Nuria", "Ñandú", "Óscar", long]
    assert await names("name") == expected
    assert await names("-name") == expected[::-1]
    assert (await names("-company"))[0] == "Nuria"
    assert (await house.ask("ana", "GET", "/contacts?sort=email")).status == 422


async def test_a_change_leaves_alone_what_it_does_not_name(house: House) -> None:
    contact = await new(house, "/contacts", name="Eva", numbers=["+34600333444"])
    house.clock.now += 60
    response = await house.ask("ana", "PATCH", f"/contacts/{contact['id']}", json={"email": "eva@example.com"})
    changed = await response.json()
    assert changed == contact | {"email": "eva@example.com", "updated_at": "2027-01-15T08:01:00.000Z"}
    response = await house.ask("ana", "PATCH", f"/contacts/{contact['id']}", json={"numbers": ["+34600333555"]})
    assert (await response.json())["numbers"] == ["+34600333555"]
    assert (await house.get("ana", "/lookup?number=%2B34600333444"))["contact"] is None


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/contacts", {"name": ""}, "name"),
        ("/contacts", {"name": "x", "numbers": ["12"]}, "numbers.0"),
        ("/contacts", {"name": "x", "colour": "red"}, "colour"),
        ("/contacts", {"name": 5}, "name"),
        ("/contacts", {"name": "a\x00b"}, "name"),
        ("/contacts", {"name": "a\nb"}, "name"),
        ("/companies", {"name": " \u200b\u3000"}, "name"),
        ("/companies", {"name": "cba \u202eabc"}, "name"),
        ("/tasks", {"title": "   "}, "title"),
        ("/deals", {"title": "x", "amount": -1}, "amount"),
        ("/deals", {"title": "x", "status": "maybe"}, "status"),
        ("/tasks", {"title": "x", "due_at": "tomorrow"}, "due_at"),
        ("/activities", {"kind": "call", "subject": "x"}, "kind"),
        ("/leads", {"number": "abc"}, "number"),
    ],
)
async def test_a_wrong_field_is_named(house: House, path: str, body: dict[str, Any], field: str) -> None:
    response = await house.ask("ana", "POST", path, json=body)
    assert response.status == 422
    assert [fault["field"] for fault in (await response.json(content_type=None))["errors"]] == [field]


@pytest.mark.parametrize("field", ["company_id", "responsible"])
async def test_what_is_referred_to_must_exist(house: House, field: str) -> None:
    response = await house.ask("ana", "POST", "/contacts", json={"name": "x", field: "none"})
    assert response.status == 409
    assert [fault["field"] for fault in (await response.json(content_type=None))["errors"]] == [field]


async def test_null_empties_only_what_may_be_empty(house: House) -> None:
    deal = await new(house, "/deals", title="Beans", amount=12.5, currency="EUR")
    response = await house.ask("ana", "PATCH", f"/deals/{deal['id']}", json={"amount": None})
    assert (await response.json())["amount"] is None
    assert (await house.ask("ana", "PATCH", f"/deals/{deal['id']}", json={"title": None})).status == 422


async def test_one_open_lead_per_number(house: House) -> None:
    lead = await new(house, "/leads", number="655 000 111", source="+34910000001")
    assert (lead["number"], lead["source"], lead["status"], lead["repeat"]) == (
        "+34655000111",
        "+34910000001",
        "new",
        False,
    )
    again = await house.ask("ana", "POST", "/leads", json={"number": "+34655000111"})
    assert again.status == 409
    closed = await house.ask("ana", "PATCH", f"/leads/{lead['id']}", json={"status": "lost"})
    assert (await closed.json())["status"] == "lost"
    await new(house, "/leads", number="+34655000111")
    reopened = await house.ask("ana", "PATCH", f"/leads/{lead['id']}", json={"status": "new"})
    assert reopened.status == 409


async def test_a_call_leaves_its_lead_and_activity(house: House) -> None:
    await house.happen(
        event(started("+34655000111"), "call", NOW),
        event(answered("luis"), "call", NOW + 3),
        event(RecordingStarted("rec", "rec.s16"), "call", NOW + 3),
        event(ended("+34655000111", login="luis", recording_id="rec"), "call", NOW + 33),
    )
    (lead,) = (await house.get("ana", "/leads?number=+34655000111"))["items"]
    assert (lead["responsible"], lead["source"], lead["call_id"]) == ("luis", "+34910000001", "call")
    (activity,) = (await house.get("ana", "/activities?call_id=call"))["items"]
    assert (activity["kind"], activity["result"], activity["recording_id"]) == ("call", "answered", "rec")
    assert activity["lead_id"] == lead["id"]
    assert (await house.get("ana", "/calls?lead_id=" + lead["id"])) == {"items": [], "next_cursor": None}
    assert len((await house.get("sofia", "/calls?lead_id=" + lead["id"]))["items"]) == 1


async def test_tasks_are_mine_unless_given_to_somebody(house: House) -> None:
    mine = await new(house, "/tasks", title="Call back", due_at="2027-01-16T10:00:00+01:00")
    assert (mine["responsible"], mine["created_by"], mine["due_at"]) == ("ana", "ana", "2027-01-16T09:00:00.000Z")
    theirs = await new(house, "/tasks", title="Send offer", responsible="luis")
    assert theirs["responsible"] == "luis"
    assert [task["title"] for task in (await house.get("ana", "/tasks?responsible=luis"))["items"]] == ["Send offer"]


async def test_the_look_up_wants_a_number(house: House) -> None:
    assert (await house.ask("ana", "GET", "/lookup")).status == 422
    assert (await house.ask("ana", "GET", "/lookup?number=nonsense")).status == 422
    assert (await house.get("ana", f"/lookup?number= {CARMEN[1:]}"))["contact"]["name"] == "Carmen Ruiz"


async def test_a_record_that_is_not_there(house: House) -> None:
    for kind in ("contacts", "companies", "leads", "deals", "tasks", "activities"):
        assert (await house.ask("ana", "GET", f"/{kind}/none")).status == 404
        assert (await house.ask("ana", "PATCH", f"/{kind}/none", json={})).status == 404
