"""Queues and agents of this moment."""

from __future__ import annotations

from tests.unit.web.conftest import House


async def test_queues_with_waiting_callers_and_agents(house: House) -> None:
    page = await house.get("sofia", "/queues")
    sales = page["items"][0]
    assert (sales["name"], sales["waiting"], sales["longest_wait_s"], sales["service_level"]) == (
        "sales",
        2,
        12.5,
        None,
    )
    assert sales["agents"][0]["login"] == "ana"
    assert (await house.get("sofia", "/queues/support"))["waiting"] == 0


async def test_an_agent_sees_own_queues(house: House) -> None:
    assert [queue["name"] for queue in (await house.get("ana", "/queues"))["items"]] == ["sales"]
    assert (await house.ask("ana", "GET", "/queues/support")).status == 404


async def test_setting_my_state_is_always_mine(house: House) -> None:
    response = await house.ask("luis", "PUT", "/agents/me", json={"state": "break", "reason": "coffee"})
    assert response.status == 200
    assert (await response.json())["state"] == "break"
    assert house.exchange.told("set_agent") == [{"login": "luis", "state": "break", "reason": "coffee"}]


async def test_a_state_that_comes_by_itself_cannot_be_set(house: House) -> None:
    response = await house.ask("luis", "PUT", "/agents/me", json={"state": "talking"})
    assert response.status == 422
    assert (await response.json(content_type=None))["errors"][0]["field"] == "state"


async def test_everybody_sees_how_colleagues_are(house: House) -> None:
    agents = (await house.get("ana", "/agents"))["items"]
    assert [(agent["login"], agent["state"]) for agent in agents] == [("ana", "available"), ("luis", "offline")]
    assert agents[0]["since"] == "2027-01-15T08:00:00.000Z"
