"""Menus in the running house: published under callers, asking web services, ringing people, taking messages."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web

from tests.e2e.conftest import ServerFactory
from tests.e2e.house import House
from tests.kit import CallerScript, Server
from tests.kit.api import eventually
from tests.kit.ports import free_ports

ROOT = Path(__file__).parents[2]
CALLERS = 50
ORDERS = "+34910000006"

MENU = """
flow: orders
languages: [es]
start: typed
nodes:
  typed:
    input:
      prompt: {{es: Su pedido.}}
      into: order
      min_digits: 1
      max_digits: 1
      timeout_s: 20
      next: ask
      fallback: hang_up
  ask:
    web:
      url: "{url}/orders/{{order}}?from={{number}}"
      timeout_s: 1
      save: {{state: order.state}}
      next: tell
      fallback: {{voicemail: "100"}}
  tell:
    branch:
      when: [{{if: 'state == "sent"', to: ring}}]
      otherwise: {{queue: support}}
  ring: {{ring: {{people: [marta], timeout_s: 10, no_answer: {{queue: sales}}}}}}
"""


@pytest.fixture
async def shop() -> AsyncIterator[str]:
    """A web service: order 1 is sent, 2 lost; 3 hangs, 4 fails, 5 talks nonsense."""

    async def order(request: web.Request) -> web.Response:
        match request.match_info["order"]:
            case "1":
                return web.json_response({"order": {"state": "sent", "from": request.query["from"]}})
            case "2":
                return web.json_response({"order": {"state": "lost"}})
            case "3":
                await asyncio.sleep(30)
            case "4":
                return web.Response(status=500)
        return web.Response(text="<html>" * 1000)

    app = web.Application()
    app.router.add_get("/orders/{order}", order)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    port = free_ports(1)
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}"
    await runner.cleanup()


async def test_a_menu_is_published_under_fifty_callers(own_server: ServerFactory, open_house: Any) -> None:
    house: House = await open_house(own_server(media_ports=160))
    await _fifty_callers_stay_on_their_version(house)


async def test_a_web_service_leads_the_caller(house: House, shop: str) -> None:
    try:
        await _a_web_service_leads_the_caller(house, shop)
    finally:
        await house.admin.request("DELETE", f"/settings/numbers/{quote(ORDERS)}")
        await house.admin.request("DELETE", "/settings/menus/orders")


SCRIPT = """
menu: survey
cases:
  - case: A key is the rating
    steps:
      - hears: Cómo valora nuestra atención
      - presses: "4"
      - rates: 4
      - hears: Gracias por su valoración
      - arrives: hangup
  - case: Nobody is heard to say what is not said
    steps:
      - {hears: Cómo valora, within: 4}
      - {never_hears: Gracias por su valoración}
      - {arrives: "queue:sales", within: 1}
"""


async def test_scripts_play_against_the_running_server(shared_server: Server, house: House, tmp_path: Path) -> None:
    file = tmp_path / "survey.yaml"
    file.write_text(SCRIPT, encoding="utf-8")
    environment = {**os.environ, **shared_server.environment}
    command = (sys.executable, "-m", "centralita", "flow", "test", "--live", str(file))
    script = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    output, _ = await asyncio.wait_for(script.communicate(), 110)
    said = output.decode()
    assert script.returncode == 1, said
    assert "ok    A key is the rating" in said
    assert "menu.left with to queue:sales did not come" in said


async def _fifty_callers_stay_on_their_version(house: House) -> None:
    menu = await house.admin.get("/settings/menus/main")
    calls = [await house.place("+34910000001", f"+3460099{number:04}") for number in range(CALLERS)]
    for call in calls:
        await CallerScript(call).is_answered().run()
    text = menu["value"]["text"].replace("queue: support", "queue: sales")
    assert text != menu["value"]["text"]
    await house.admin.put("/settings/menus/main", {"name": "main", "text": text})
    diff = await house.admin.get(f"/settings/menus/main/diff?from={menu['version']}")
    assert "-" in diff["diff"]
    assert "+" in diff["diff"]
    late = await house.place("+34910000001", "+34600990999")
    await CallerScript(late).is_answered().run()
    for call in [*calls, late]:
        await call.press("2")

    async def all_joined() -> bool | None:
        return len(house.events.all("queue.joined")) > CALLERS or None

    await eventually(all_joined, 10, "everybody in a queue")
    callers = {event["call_id"]: event["caller_number"] for event in house.events.all("call.started")}
    queues = {callers[event["call_id"]]: event["queue"] for event in house.events.all("queue.joined")}
    assert queues.pop("+34600990999") == "sales"
    assert set(queues.values()) == {"support"}
    assert len(queues) == CALLERS
    await house.admin.request("POST", "/settings/menus/main/restore", {"version": menu["version"]})
    again = await house.admin.get("/settings/menus/main")
    assert again["value"]["text"] == menu["value"]["text"]
    for call in [*calls, late]:
        await CallerScript(call).hangs_up().run()


async def _a_web_service_leads_the_caller(house: House, shop: str) -> None:
    marta = await house.phone("103")
    menu = {"name": "orders", "text": MENU.format(url=shop)}
    faulty = {"name": "faulty", "text": menu["text"].replace("next: ask", "next: nowhere")}
    status, _, content = await house.admin.request("POST", "/settings/menus", faulty)
    assert status in {400, 422}, content
    assert b'"text:13:' in content, content
    assert b"no node 'nowhere'" in content, content
    await house.admin.post("/settings/menus", menu)
    number = {"number": ORDERS, "destination": {"kind": "menu", "target": "orders"}}
    await house.admin.post("/settings/numbers", number)
    await asyncio.sleep(1.5)
    for order, target in {"2": "queue:support", **dict.fromkeys("345", "voicemail:100")}.items():
        caller = f"+3460088000{order}"
        call = await house.place(ORDERS, caller)
        await CallerScript(call).is_answered().waits(0.3).presses(order).run()
        id_ = await house.call_id(caller_number=caller)
        left = await house.events.next("menu.left", 4, call_id=id_)
        assert left.event["to"] == target
        await CallerScript(call).hangs_up().run()
    call = await house.place(ORDERS, "+34600880001")
    await CallerScript(call).is_answered().waits(0.3).presses("1").run()
    incoming = await marta.incoming()
    await incoming.answer()
    incoming.say_tone(700)
    await CallerScript(call).hears_tone(700, within=5).hangs_up().run()
