"""A menu that is being written, played with a caller who presses keys."""

from __future__ import annotations

from typing import Any

from tests.unit.web.conftest import House


async def tried(house: House, status: int = 200, **trial: Any) -> Any:
    response = await house.ask("admin", "POST", "/settings/menus/try", json=trial)
    assert response.status == status, await response.text()
    return await response.json(content_type=None)


async def main_text(house: House) -> str:
    response = await house.ask("admin", "GET", "/settings/menus/main")
    return str((await response.json())["value"]["text"])


async def test_the_caller_hears_the_menu_out_and_is_asked(house: House) -> None:
    answer = await tried(house, name="main", text=await main_text(house))
    assert answer["heard"][0]["text"].startswith("Bienvenido a Cafetería Aurora.")
    assert answer["heard"][0]["at_s"] == 0
    assert (answer["menu"], answer["node"], answer["arrived"]) == ("main", "options", None)
    assert answer["seconds"] > 10


async def test_keys_lead_to_where_the_draft_says_and_not_the_published_menu(house: House) -> None:
    draft = (await main_text(house)).replace('"1": {queue: sales}', '"1": {person: 101}')
    answer = await tried(house, name="main", text=draft, steps=[{"presses": "9"}, {"presses": "1"}])
    assert answer["arrived"] == "person:101"
    assert {"menu": "main", "node": "welcome"} in answer["been"]
    answer = await tried(house, name="main", text=await main_text(house), steps=[{"presses": "1"}])
    assert answer["arrived"] == "queue:sales"


async def test_silence_and_wrong_keys_are_played_too(house: House) -> None:
    text = await main_text(house)
    answer = await tried(house, name="main", text=text, steps=[{"presses": "7"}, {"waits": 6}])
    assert len(answer["heard"]) == 4
    assert answer["arrived"] is None
    answer = await tried(house, name="main", text=text, steps=[{"waits": 6}] * 3)
    assert answer["arrived"] == "ring_group:reception"
    answer = await tried(house, name="main", text=text, steps=[{"says": "ventas"}])
    assert "nobody listens" in answer["trouble"]


async def test_a_draft_with_faults_is_refused_by_line_and_an_agent_altogether(house: House) -> None:
    problem = await tried(house, 422, name="main", text="flow: main\nstart: x\nnodes: {}\n")
    assert problem["errors"][0]["field"].startswith("text:")
    await tried(house, 422, name="main", text="", steps=[{"presses": "1", "says": "x"}])
    response = await house.ask("ana", "POST", "/settings/menus/try", json={"name": "main", "text": ""})
    assert response.status == 403
