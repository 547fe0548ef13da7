"""What queues do for who waits, with real telephones and real sound: messages, overflow, whisper, callbacks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from tests.e2e.conftest import ServerFactory
from tests.e2e.house import CALLER_HZ, CARMEN, SALES, House, both_hear_each_other
from tests.kit import Call, CallerScript, Server
from tests.kit.api import eventually
from tests.kit.phone import answers, ignores
from tests.kit.sources import Silence

OpenHouse = Callable[[Server], Any]
SUPERVISOR_HZ = 1000


async def change_queue(house: House, name: str, **settings: Any) -> None:
    """The queue with these settings, in force when this returns."""
    kept = await house.admin.get(f"/settings/queues/{name}")
    await house.admin.put(f"/settings/queues/{name}?version={kept['version']}", {**kept["value"], **settings})


async def test_a_caller_is_told_sent_on_and_called_back(own_server: ServerFactory, open_house: OpenHouse) -> None:
    house: House = await open_house(own_server())
    await change_queue(
        house,
        "sales",
        whisper=True,
        messages=[{"after_s": 2, "texts": {"es": "Gracias por esperar, le atendemos ahora mismo."}}],
        overflow_when={"all_on_break": {"kind": "queue", "target": "support"}},
        callbacks={"retry_s": 5},
    )

    # A comfort message over the music, a callback by key, and the place in line.
    caller = await house.place(SALES, CARMEN)
    await CallerScript(caller).is_answered().hears_music(within=3).hears_speech(within=4).hears_music(within=6).run()
    await CallerScript(caller).presses("1").hears_speech(within=2).run()
    await caller.ended(20)
    log = await house.logged(await house.call_id(caller_number=CARMEN))
    assert (log["result"], log["ended_by"]) == ("callback", "system")
    (place,) = (await house.admin.get("/queues/sales"))["callers"]
    assert (place["kind"], place["position"]) == ("callback", 1)
    (callback,) = await house.admin.items("/callbacks")
    assert callback["number"] == CARMEN

    # The customer does not answer at first; the second attempt reaches her, and both hear each other.
    carrier = await house.carrier()
    carrier.behaviour = ignores
    ana = await house.agent("ana")
    at_desk = await ana.phone.incoming(10)
    at_desk.ring()
    await at_desk.answer()
    await CallerScript(at_desk).hears_speech(within=3).run()
    refused = await carrier.incoming(10)
    refused.reject(486)
    await at_desk.ended(5)
    attempted = await house.events.next("callback.attempted", 5)
    assert (attempted.event["result"], attempted.event["login"]) == ("busy", "ana")
    at_desk = await ana.phone.incoming(25)
    await at_desk.answer()
    customer = await carrier.incoming(10)
    await customer.answer()
    await both_hear_each_other(customer, at_desk)
    await customer.hang_up()
    done = await house.events.next("callback.ended", 5)
    assert (done.event["result"], done.event["attempts"], done.event["login"]) == ("reached", 2, "ana")
    log = await house.logged(str(done.event["call_id"]))
    assert (log["result"], log["queue"], log["agent"], log["direction"]) == ("answered", "sales", "ana", "outbound")
    assert await house.admin.items("/callbacks") == []

    # Whoever is on a break serves nobody: the next queue, whose agent has the caller; before that a word in the ear.
    await ana.api.become("break")
    marta = await house.agent("marta", answers(700))
    caller = await house.place(SALES, "+34600999888")
    await CallerScript(caller).hears_tone(700, within=8).run()
    log_id = await house.call_id(caller_number="+34600999888")
    assert [event["cause"] for event in house.events.all("queue.left", call_id=log_id)] == ["overflow", "answered"]
    await caller.hang_up()
    await marta.api.become("offline")


async def test_an_agent_is_told_before_being_connected_and_a_dead_phone_is_passed_over(
    own_server: ServerFactory, open_house: OpenHouse
) -> None:
    house: House = await open_house(own_server())
    await change_queue(house, "sales", whisper=True)
    ana = await house.agent("ana")
    luis = await house.agent("luis", answers(700))
    await asyncio.sleep(5)  # both have been asked once whether they are there
    ana.phone.ignored_methods |= {"OPTIONS", "INVITE"}
    lost = await house.events.next("agent.reachable", 10, login="ana")
    assert (lost.event["on"], lost.event["cause"]) == (False, "no_answer")
    caller = await house.place(SALES, CARMEN)
    await CallerScript(caller).hears_tone(700, within=6).run()
    assert [event["login"] for event in house.events.all("call.ringing")] == ["luis"]
    assert luis.phone.latest.heard.sound_at(0.0) is not None, "nothing was whispered to the agent"
    await supervised_by_phone(house, caller, luis.phone.latest)


async def supervised_by_phone(house: House, caller: Call, agent: Call) -> None:
    """Sofía stands beside the call from her telephone: listens, whispers, takes over. Tones tell who hears whom."""
    kept = await house.admin.get("/settings/company")
    rules = {**kept["value"]["agents"], "supervision_pin": "7110"}
    await house.admin.put(f"/settings/company?version={kept['version']}", {**kept["value"], "agents": rules})
    caller.say_tone(CALLER_HZ)
    agent.say(Silence())
    sofia = (await house.phone("110")).call("*57102")
    sofia.say_tone(SUPERVISOR_HZ)
    await CallerScript(sofia).is_answered().hears_speech(within=3).presses("7110#").run()
    await CallerScript(sofia).hears_tone(CALLER_HZ, within=8).run()
    caller.say(Silence())
    await CallerScript(sofia).presses("5").run()
    await CallerScript(agent).hears_tone(SUPERVISOR_HZ, within=4).run()
    await CallerScript(caller).hears_silence(within=4).run()
    await CallerScript(sofia).presses("9").run()
    await agent.ended(5)
    caller.say_tone(CALLER_HZ)
    await CallerScript(caller).hears_tone(SUPERVISOR_HZ, within=5).run()
    await CallerScript(sofia).hears_tone(CALLER_HZ, within=5).run()
    await caller.hang_up()
    await sofia.ended(5)

    async def noted() -> bool | None:
        actions = [entry["action"] for entry in await house.admin.items("/audit") if entry["kind"] == "call"]
        return True if {"listen", "whisper", "taken_over"} <= set(actions) else None

    await eventually(noted, 5, "the supervision in the audit log")
