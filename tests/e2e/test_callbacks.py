"""Callbacks to their end, with real telephones: asked for by key and by a web site, changed, moved, taken back."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import numpy as np

from tests.e2e.conftest import ServerFactory
from tests.e2e.contact_centre import OpenHouse, World, at_work, line, numbers, opened
from tests.e2e.house import House, both_hear_each_other, side_by_side
from tests.e2e.test_campaign_machines import beep, silence, voice
from tests.kit import Api, CallerScript
from tests.kit.api import eventually

ASK_HZ, WRONG_HZ, WHISPER_HZ, HERE_HZ = 500.0, 900.0, 1200.0, 1500.0
WORDS = {
    "es/callback.ask_number": ASK_HZ,
    "es/callback.wrong_number": WRONG_HZ,
    "es/queue.whisper_callback": WHISPER_HZ,
    "es/callback.here": HERE_HZ,
    **{f"es/digit.{digit}": 300.0 for digit in range(10)},
}
CUSTOMER_FIRST = {
    "first": "customer",
    "attempts": 1,
    "machines": "leave_message",
    "message": {"es": "Le hemos llamado de la Cafetería Aurora."},
}
QUEUES = [
    line("agent_first", "ana", callback=True, callbacks={"retry_s": 5, "attempts": 2}),
    line("customer_first", "luis", callback=True, callbacks=CUSTOMER_FIRST),
    line("in_line", "marta", callback=True),
    line("elsewhere", "marta", callback=True),
]
NUMBERS = numbers(QUEUES)
CHANGED, FORM, SILENT, AGAIN, MOVED, MACHINE = (f"+3460000500{number}" for number in range(6))
PREMIUM = "803123456"


async def test_callbacks_to_their_end(own_server: ServerFactory, open_house: OpenHouse) -> None:
    house = await opened(own_server(start=False), open_house, QUEUES, WORDS)
    world = World(house)
    await world.begin()
    await side_by_side(
        agent=the_agent_first_then_the_customer_at_another_number(house, world),
        customer=a_web_site_has_the_customer_called_first_at_a_time(house, world),
        line=a_supervisor_moves_them_and_who_calls_again_is_not_called(house),
    )
    await the_report_counts_them_and_not_as_abandoned(house)


async def the_agent_first_then_the_customer_at_another_number(house: House, world: World) -> None:
    caller = await house.place(NUMBERS["agent_first"], "+34600005100")
    await CallerScript(caller).is_answered().hears_music(within=5, seconds=0.6).presses("1").run()
    asked_by = await house.call_id(caller_number="+34600005100")
    await CallerScript(caller).hears_speech(within=6, seconds=0.8).presses("2").run()
    await CallerScript(caller).hears_tone(ASK_HZ, within=6, seconds=0.3).presses(f"{PREMIUM}#").run()
    await CallerScript(caller).hears_tone(WRONG_HZ, within=6, seconds=0.3).run()
    await CallerScript(caller).hears_tone(ASK_HZ, within=6, seconds=0.3).presses(f"{CHANGED[3:]}#").run()
    await CallerScript(caller).is_hung_up_on(within=20).run()
    assert (await house.logged(asked_by))["result"] == "callback"
    (place,) = (await house.admin.get("/queues/agent_first"))["callers"]
    assert (place["kind"], place["position"]) == ("callback", 1)

    ana = await at_work(house, "ana")
    at_desk = await ana.phone.incoming(10)
    assert at_desk.caller_number == CHANGED
    at_desk.ring()
    await at_desk.answer()
    await CallerScript(at_desk).hears_tone(WHISPER_HZ, within=6, seconds=0.3).run()
    (await world.called(CHANGED, 10)).reject(486)
    await at_desk.ended(5)
    attempted = (await house.events.next("callback.attempted", 5, number=CHANGED)).event
    assert (attempted["result"], attempted["login"]) == ("busy", "ana")
    at_desk = await ana.phone.incoming(20)
    await at_desk.answer()
    customer = await world.called(CHANGED, 10)
    await customer.answer()
    await both_hear_each_other(customer, at_desk)
    await customer.hang_up()
    done = (await house.events.next("callback.ended", 5, number=CHANGED)).event
    assert (done["result"], done["attempts"], done["login"]) == ("reached", 2, "ana")
    log = await house.logged(str(done["call_id"]))
    assert (log["result"], log["queue"], log["agent"], log["direction"]) == (
        "answered",
        "agent_first",
        "ana",
        "outbound",
    )


async def a_web_site_has_the_customer_called_first_at_a_time(house: House, world: World) -> None:
    sofia = await house.api("sofia")
    token = (await sofia.post("/tokens", {"name": "web site"}))["token"]
    luis = await at_work(house, "luis")
    due = time.time() + 2
    at = datetime.fromtimestamp(due, UTC).isoformat()
    form = {"queue": "customer_first", "number": FORM, "at": at}
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as web_site,
        web_site.post(f"{house.server.base}/api/v1/callbacks", json=form) as answer,
    ):
        assert answer.status == 201, await answer.text()
    customer = await world.called(FORM, 15)
    assert time.time() >= due - 0.1
    assert luis.phone.incoming_count == 0
    await customer.answer()
    customer.say_pcm(np.concatenate([voice(0.5), silence(30)]))
    await CallerScript(customer).hears_tone(HERE_HZ, within=6, seconds=0.3).run()
    at_desk = await luis.phone.incoming(10)
    await at_desk.answer()
    await both_hear_each_other(customer, at_desk)
    await at_desk.hang_up()
    done = (await house.events.next("callback.ended", 5, number=FORM)).event
    assert (done["result"], done["login"]) == ("reached", "luis")

    await sofia.post("/callbacks", {"queue": "customer_first", "number": SILENT})
    (await world.called(SILENT, 10)).reject(480)
    failed = (await house.events.next("callback.ended", 5, number=SILENT)).event
    assert (failed["result"], failed["attempts"]) == ("failed", 1)

    soon = datetime.fromtimestamp(time.time() + 1, UTC).isoformat()
    await sofia.post("/callbacks", {"queue": "customer_first", "number": MACHINE, "at": soon})
    machine = await world.called(MACHINE, 15)
    await machine.answer()
    machine.say_pcm(np.concatenate([voice(4.0), silence(0.3), beep(0.4), silence(60)]))
    await CallerScript(machine).hears_tone(HERE_HZ, within=6, seconds=0.3).hears_speech(within=12).run()
    told = (await house.events.next("callback.ended", 15, number=MACHINE)).event
    assert (told["result"], told["cause"]) == ("failed", "message_left")
    assert luis.phone.incoming_count == 1


async def a_supervisor_moves_them_and_who_calls_again_is_not_called(house: House) -> None:
    sofia = await house.api("sofia")
    first = await asked(sofia, "in_line", AGAIN)
    second = await asked(sofia, "in_line", MOVED)
    assert await waiting(house, "in_line", 2) == [first, second]
    await sofia.put(f"/queues/in_line/callers/{second}", {"position": 1})
    assert await waiting(house, "in_line", 2) == [second, first]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    await sofia.json("PATCH", f"/callbacks/{second}", {"queue": "elsewhere"})
    assert await waiting(house, "elsewhere", 1) == [second]
    await sofia.json("PATCH", f"/callbacks/{second}", {"at": tomorrow})
    assert await waiting(house, "elsewhere", 0) == []
    await sofia.json("DELETE", f"/callbacks/{second}")
    status, _, _ = await sofia.request("POST", "/callbacks", {"queue": "in_line", "number": PREMIUM})
    assert status == 422

    call = await house.place(NUMBERS["in_line"], AGAIN)
    await CallerScript(call).is_answered().hears_music(within=5, seconds=0.6).run()
    ended = {number: (await house.events.next("callback.ended", 5, number=number)).event for number in (AGAIN, MOVED)}
    assert (ended[AGAIN]["result"], ended[AGAIN]["cause"]) == ("cancelled", "called_again")
    assert (ended[MOVED]["result"], ended[MOVED]["cause"]) == ("cancelled", "api")
    (place,) = (await house.admin.get("/queues/in_line"))["callers"]
    assert (place["kind"], place["wait_s"] > 0.5) == ("call", True)
    await call.hang_up()


async def asked(api: Api, queue: str, number: str) -> str:
    """The id of a new callback."""
    return str((await api.post("/callbacks", {"queue": queue, "number": number}))["id"])


async def waiting(house: House, queue: str, count: int) -> list[str]:
    """The ids of the places in a line, once there are so many."""

    async def look() -> list[str] | None:
        places = (await house.admin.get(f"/queues/{queue}"))["callers"]
        return [place["call_id"] for place in places] if len(places) == count else None

    return await eventually(look, 5, f"{count} places in {queue}")


async def the_report_counts_them_and_not_as_abandoned(house: House) -> None:
    async def counted() -> dict[str, Any] | None:
        rows = {row["queue"]: row for row in await house.admin.items("/reports/queues")}
        complete = rows.get("agent_first", {}).get("callbacks_reached") and rows["customer_first"]["callbacks"] == 3
        return rows if complete else None

    rows = await eventually(counted, 5, "the report of the queues")
    for name, figures in {"agent_first": (1, 1, 0), "customer_first": (3, 1, 0)}.items():
        row = rows[name]
        assert (row["callbacks"], row["callbacks_reached"], row["abandoned"]) == figures, row
    assert rows["in_line"]["callbacks_reached"] == 0
