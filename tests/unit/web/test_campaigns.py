"""Campaigns over the API: who may, contacts from a file, starting, an agent's next contact, the report."""

from __future__ import annotations

import pytest

from pbx.facade import NotFoundError, WrongStateError
from tests.unit.web.conftest import House

RULES = {"name": "autumn", "queue": "sales"}
SHOWN = {
    "name": "autumn",
    "title": "",
    "kind": "progressive",
    "queue": "sales",
    "state": "running",
    "waiting": 2,
    "calling": 0,
    "done": {"answered": 1},
}


@pytest.fixture(autouse=True)
async def campaign(house: House) -> None:
    house.exchange.answers |= {"campaigns": [SHOWN], "campaign_state": SHOWN, "campaign_add": {**SHOWN, "added": 1}}
    assert (await house.ask("sofia", "POST", "/settings/campaigns", json=RULES)).status == 201


async def test_supervisors_run_campaigns_and_agents_do_not(house: House) -> None:
    (shown,) = (await house.get("sofia", "/campaigns"))["items"]
    assert (shown["waiting"], shown["done"]) == (2, {"answered": 1})
    assert (await house.ask("sofia", "PUT", "/campaigns/autumn/state", json={"state": "running"})).status == 200
    assert house.exchange.told("campaign_state") == [{"name": "autumn", "state": "running", "by": "sofia"}]
    house.exchange.refusal = WrongStateError("the campaign has no contacts to call")
    assert (await house.ask("sofia", "PUT", "/campaigns/autumn/state", json={"state": "running"})).status == 409
    for method, path in (("GET", "/campaigns"), ("GET", "/do-not-call"), ("GET", "/campaigns/autumn/report")):
        assert (await house.ask("ana", method, path)).status == 403


async def test_contacts_come_all_or_none_and_each_wrong_line_is_named(house: House) -> None:
    path = "/campaigns/autumn/contacts/import"
    table = "Number;Name\r\n600 111 222;Carmen Ruiz\r\n+442079460123;John\r\n"
    response = await house.ask("sofia", "POST", path, data=table.encode(), headers={"Content-Type": "text/csv"})
    assert (response.status, await response.json()) == (200, {"given": 2, "added": 1})
    (told,) = house.exchange.told("campaign_add")
    assert told["contacts"][0] == {"number": "+34600111222", "name": "Carmen Ruiz"}
    wrong = "number,name\nmañana,x\n600111222,y\n12,z\n"
    response = await house.ask("sofia", "POST", path, data=wrong.encode(), headers={"Content-Type": "text/csv"})
    faults = (await response.json(content_type=None))["errors"]
    assert (response.status, [one["field"] for one in faults]) == (422, ["line 2", "line 4"])
    for nonsense in (b"", b"\xff\xfe", b"name\nx\n", b"number\n", b'number\n"\x00'):
        response = await house.ask("sofia", "POST", path, data=nonsense, headers={"Content-Type": "text/csv"})
        assert response.status == 422
    assert len(house.exchange.told("campaign_add")) == 1
    nobody = {"items": [{"number": "600111222"}]}
    assert (await house.ask("sofia", "POST", "/campaigns/none/contacts", json=nobody)).status == 404


async def test_the_do_not_call_list(house: House) -> None:
    entry = {"number": "600 111 222", "note": "asked by letter"}
    assert (await house.ask("sofia", "POST", "/do-not-call", json=entry)).status == 201
    (shown,) = (await house.get("sofia", "/do-not-call"))["items"]
    assert (shown["number"], shown["created_by"]) == ("+34600111222", "sofia")
    assert (await house.ask("sofia", "DELETE", "/do-not-call/+34600111222")).status == 204
    assert (await house.ask("sofia", "DELETE", "/do-not-call/+34600111222")).status == 404
    assert (await house.ask("sofia", "POST", "/do-not-call", json={"number": "nobody"})).status == 422


async def test_an_agent_decides_on_who_is_shown(house: House) -> None:
    house.exchange.answers |= {"campaign_offer": None, "campaign_decide": {"call_id": None}}
    assert (await house.get("ana", "/campaign-offers"))["items"] == []
    shown = {"id": "c1", "campaign": "autumn", "title": "", "number": "+34600111222", "name": "Carmen", "attempts": 0}
    house.exchange.answers["campaign_offer"] = {**shown, "not_before": 0.0, "until": 1_800_000_000.0}
    (offer,) = (await house.get("ana", "/campaign-offers"))["items"]
    assert (offer["number"], offer["until"]) == ("+34600111222", "2027-01-15T08:00:00.000Z")
    assert (await house.ask("ana", "POST", "/campaign-offers/c1", json={"action": "skip"})).status == 200
    assert house.exchange.told("campaign_decide") == [{"contact_id": "c1", "login": "ana", "starts": False}]
    house.exchange.refusal = NotFoundError("gone")
    assert (await house.ask("ana", "POST", "/campaign-offers/c1", json={"action": "start"})).status == 404


@pytest.mark.parametrize(
    "change",
    [
        {"queue": "nowhere"},
        {"agents": ["marta"]},
        {"caller_id": "+34999999999"},
        {"hours": {"from_hour": 20, "to_hour": 9}},
    ],
)
async def test_a_campaign_that_names_what_there_is_not_is_refused(house: House, change: dict[str, object]) -> None:
    body = {**RULES, "name": "winter", **change}
    assert (await house.ask("sofia", "POST", "/settings/campaigns", json=body)).status == 422
