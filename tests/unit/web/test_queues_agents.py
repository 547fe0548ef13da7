"""Queues and agents of this moment."""

from __future__ import annotations

from typing import Any

from tests.unit.web.conftest import House
from tests.unit.web.exchange_stand_in import AGENT, QUEUE
from web.api.paging import PagedWhole, page_of
from web.api.resources.agents import Agents
from web.api.resources.queues import Queue, Queues


async def test_the_companys_reasons_for_a_break(house: House) -> None:
    reasons = (await house.get("ana", "/agents/breaks"))["items"]
    assert reasons[0] == {"name": "lunch", "title": {"es": "Comida", "en": "Lunch"}, "max_s": 0}
    assert [reason["name"] for reason in reasons] == ["lunch", "coffee", "meeting"]


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


async def test_of_people_of_other_queues_one_sees_no_more_than_whether_they_are_free(house: House) -> None:
    busy = {"state": "talking", "call_id": "c1", "next_state": "break"}
    luis = AGENT | busy | {"login": "luis", "name": "Luis", "extension": "102", "queues": ["sales", "support"]}
    marta = AGENT | busy | {"login": "marta", "name": "Marta", "extension": "103", "queues": ["support"]}
    away = AGENT | {"login": "sofia", "name": "Sofía", "extension": "110", "state": "break", "reason": "doctor"}
    house.exchange.answers["floor"] = {"revision": "2.1", "agents": [AGENT, luis, marta, away], "queues": []}

    async def seen_by(login: str) -> dict[str, Any]:
        return {agent["login"]: agent for agent in (await house.get(login, "/agents"))["items"]}

    everything = await seen_by("sofia")
    ana = await seen_by("ana")
    assert ana["luis"] == everything["luis"]
    hidden: dict[str, Any] = {"queues": [], "call_id": None, "next_state": None, "reason": None}
    assert ana["marta"] == everything["marta"] | hidden
    assert ana["sofia"] == everything["sofia"] | hidden
    assert ana["marta"]["state"] == "talking"
    assert (await seen_by("marta"))["marta"] == everything["marta"]


async def test_what_every_queue_is_called_is_known_to_all(house: House) -> None:
    me = await house.get("ana", "/session")
    assert me["queues"] == ["sales"]
    assert me["queue_titles"] == {"sales": "Ventas", "support": "Soporte"}


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


async def test_lists_written_without_models_are_what_their_models_say(house: House) -> None:
    caller = {"call_id": "c1", "kind": "call", "position": 1, "wait_s": 2.0, "priority": 0, "ringing": ["ana"]}
    wrapping = AGENT | {"state": "wrap_up", "until": 1_800_000_030.0, "call_id": "c0", "next_state": "break"}
    house.exchange.answers["floor"] = {
        "revision": "2.1",
        "agents": [wrapping],
        "queues": [QUEUE | {"waiting": 1, "longest_wait_s": 2.0, "members": ["ana"], "callers": [caller]}],
    }
    agents = Agents.model_validate(await house.get("sofia", "/agents"))
    assert (agents.items[0].until, agents.items[0].next_state) == ("2027-01-15T08:00:30.000Z", "break")
    (queue,) = Queues.model_validate(await house.get("sofia", "/queues")).items
    assert queue.agents == agents.items
    assert queue == Queue.model_validate(await house.get("sofia", "/queues/sales"))


async def test_waits_go_on_while_the_exchange_says_that_nothing_has_changed(house: House) -> None:
    caller = {"call_id": "c1", "kind": "call", "position": 1, "wait_s": 2.0, "priority": 0, "ringing": []}
    queue = QUEUE | {"waiting": 1, "longest_wait_s": 2.0, "callers": [caller]}
    house.exchange.answers["floor"] = {"revision": "2.1", "agents": [AGENT], "queues": [queue]}
    await house.get("sofia", "/queues/sales")
    house.exchange.answers["floor"] = {"revision": "2.1"}
    house.clock.now += 10
    shown = await house.get("sofia", "/queues/sales")
    assert (shown["longest_wait_s"], shown["callers"][0]["wait_s"]) == (12.0, 12.0)
    assert [known["known"] for known in house.exchange.told("floor")] == [None, "2.1"]
