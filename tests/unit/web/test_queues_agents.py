"""Queues and agents of this moment."""

from __future__ import annotations

from tests.unit.web.conftest import House
from web.api.paging import PagedWhole, page_of


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


async def test_the_lists_of_this_moment_come_in_pages_too(house: House) -> None:
    for path, key in (("/agents", "login"), ("/queues", "name")):
        whole = await house.get("sofia", path)
        assert whole["next_cursor"] is None
        found: list[str] = []
        cursor = ""
        while cursor is not None:
            page = await house.get("sofia", f"{path}?limit=1" + (f"&cursor={cursor}" if cursor else ""))
            found += [item[key] for item in page["items"]]
            cursor = page["next_cursor"]
        assert found == [item[key] for item in whole["items"]]
        assert (await house.ask("sofia", "GET", f"{path}?cursor=garbage")).status == 400


def test_a_page_goes_on_where_the_item_was_that_has_gone() -> None:
    _, cursor = page_of(["a", "b", "c", "d"], str, PagedWhole(limit=2))
    assert page_of(["a", "b", "c", "d"], str, PagedWhole(cursor=cursor)) == (["c", "d"], None)
    assert page_of(["0", "a", "b", "c"], str, PagedWhole(cursor=cursor)) == (["c"], None)
    assert page_of(["a", "c", "d"], str, PagedWhole(cursor=cursor)) == (["d"], None)
