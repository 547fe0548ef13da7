"""What callers hear in a queue, what agents are told and asked, who stands beside a call: tones say who is heard."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.e2e.conftest import ServerFactory
from tests.e2e.contact_centre import OpenHouse, at_work, line, numbers, opened
from tests.e2e.house import CALLER_HZ, JOHN, Agent, House, both_hear_each_other, side_by_side
from tests.kit import Call, CallerScript
from tests.kit.api import eventually
from tests.kit.phone import answers, rings, until

VIP = "+34600000999"
AGENT_HZ, SUPERVISOR_HZ, BEEP_HZ = 700.0, 1600.0, 1000.0
FIRST_HZ, SECOND_HZ, WAIT_HZ, OFFER_HZ, ENGLISH_HZ, WHISPER_HZ = 400.0, 480.0, 560.0, 640.0, 820.0, 1200.0
WORDS = {
    "es/queue.position.1": FIRST_HZ,
    "es/queue.position.2": SECOND_HZ,
    "es/queue.expected_wait": WAIT_HZ,
    "es/queue.callback_offer": OFFER_HZ,
    "en/queue.position": ENGLISH_HZ,
    "es/queue.whisper": WHISPER_HZ,
}
THANKS = [{"after_s": 1, "texts": {"es": "Gracias por esperar, le atendemos ya.", "en": "Please hold the line."}}]
QUEUES = [
    line("told", "ana", announce_position_s=4, callback=True, messages=THANKS),
    line("whispered", "eva", whisper=True, wrap_up_s=60),
    line("missed", "hugo", "ines", strategy="in_order", ring_timeout_s=5),
    line("watched", "juan", "lola", strategy="in_order"),
    line("supervised", "nora"),
]
NUMBERS = numbers(QUEUES)
RULES = {
    "watch_s": 1,
    "supervision_pin": "7110",
    "misses_before_break": 1,
    "announces_supervision": True,
    "busy_in": ["inbound"],
}


async def calls(house: House, queue: str, caller: str) -> tuple[Call, str]:
    """A caller who waits in ``queue``, or is served there already, and the call's id."""
    call = await (await house.place(NUMBERS[queue], caller)).answered()
    call_id = await house.call_id(caller_number=caller)
    await house.events.next("queue.joined", 8, call_id=call_id)
    return call, call_id


async def test_callers_are_told_and_agents_looked_after(own_server: ServerFactory, open_house: OpenHouse) -> None:
    house = await opened(own_server(start=False), open_house, QUEUES, WORDS, agents=RULES, eva={"auto_answer": True})
    await side_by_side(
        told=who_waits_is_told_and_who_is_dear_goes_first(house),
        whispered=an_agent_is_beeped_and_told_and_has_time_afterwards(house),
        missed=who_does_not_pick_up_has_a_break(house),
        watched=a_telephone_that_is_gone_is_not_rung(house),
        supervised=a_supervisor_stands_beside_the_call(house),
    )


def free_again(house: House) -> int:
    """How often the agent of ``told`` has come back from a call."""
    return len(house.events.all("agent.state", login="ana", previous="talking", state="available"))


async def who_waits_is_told_and_who_is_dear_goes_first(house: House) -> None:
    await house.admin.post("/contacts", {"name": "Vera", "numbers": [VIP], "vip": True})
    ana = await at_work(house, "ana", answers(AGENT_HZ, 0.05))
    for number in range(4):
        talking, _ = await calls(house, "told", f"+3460000410{number}")
        await CallerScript(talking).hears_tone(AGENT_HZ, within=8, seconds=0.2).run()
        if number < 3:
            await talking.hang_up()
            await until(lambda: free_again(house) > number, 5, "the agent is free again")  # noqa: B023 - waited for here
    first, _ = await calls(house, "told", "+34600004111")
    second, _ = await calls(house, "told", "+34600004112")
    english, _ = await calls(house, "told", JOHN)

    async def hears(call: Call, *tones: float) -> None:
        script = CallerScript(call).hears_music(within=4, seconds=0.4).hears_speech(within=6, seconds=0.8)
        for tone in tones:
            script = script.hears_tone(tone, within=8, seconds=0.3)
        await script.run()

    await asyncio.gather(
        hears(first, FIRST_HZ, WAIT_HZ, OFFER_HZ),
        hears(second, SECOND_HZ, WAIT_HZ, OFFER_HZ),
        hears(english, ENGLISH_HZ),
    )
    dear, dear_id = await calls(house, "told", VIP)
    waiting = (await house.admin.get("/queues/told"))["callers"]
    assert (waiting[0]["call_id"], len(waiting)) == (dear_id, 4)
    await talking.hang_up()
    await CallerScript(dear).hears_tone(AGENT_HZ, within=8, seconds=0.3).run()
    assert ana.phone.latest.caller_number == VIP
    for call in (first, second, english, dear):
        await call.hang_up()


async def an_agent_is_beeped_and_told_and_has_time_afterwards(house: House) -> None:
    eva = await at_work(house, "eva")
    caller, _ = await calls(house, "whispered", "+34600004201")
    incoming = await eva.phone.incoming(8)
    assert incoming.invite is not None
    assert "answer-after=0" in (incoming.invite.get("Call-Info") or "")
    await incoming.answer()
    await CallerScript(incoming).hears_tone(BEEP_HZ, within=5, seconds=0.2).run()
    await CallerScript(incoming).hears_tone(WHISPER_HZ, within=5, seconds=0.3).run()
    await CallerScript(caller).hears_music(within=2, seconds=0.3).run()
    await both_hear_each_other(caller, incoming)
    await caller.hang_up()
    await house.events.next("agent.state", 5, login="eva", state="wrap_up")
    begun = await eva.api.agent("eva")
    longer = await eva.api.post("/agents/me/wrap-up", {"extend_s": 30})
    assert longer["until"] > begun["until"]
    sofia = await house.api("sofia")
    await sofia.json("DELETE", "/agents/eva/wrap-up")
    ended = await house.events.next("agent.state", 5, login="eva", state="available", previous="wrap_up")
    assert ended.event["cause"] == "supervisor"
    await a_hundred_changes_of_mind_leave_one_state(house, eva)


async def a_hundred_changes_of_mind_leave_one_state(house: House, eva: Agent) -> None:
    states = ("break", "offline", "available")
    changes = (eva.api.request("PUT", "/agents/me", {"state": states[number % 3]}) for number in range(99))
    statuses = {status for status, _, _ in await asyncio.gather(*changes)}
    assert statuses <= {200, 429}, statuses
    await eva.api.put("/agents/me", {"state": "available"})
    caller, _ = await calls(house, "whispered", "+34600004202")
    incoming = await eva.phone.incoming(8)
    await incoming.answer()
    await both_hear_each_other(caller, incoming, within=10)
    assert (await eva.api.agent("eva"))["state"] == "talking"
    await caller.hang_up()


async def who_does_not_pick_up_has_a_break(house: House) -> None:
    hugo, _ = await asyncio.gather(at_work(house, "hugo", rings), at_work(house, "ines", answers(AGENT_HZ)))
    caller, _ = await calls(house, "missed", "+34600004301")
    await CallerScript(caller).hears_tone(AGENT_HZ, within=15).hangs_up().run()
    state = await hugo.api.agent("hugo")
    assert (hugo.phone.incoming_count, state["state"], state["reason"]) == (1, "break", "no_answer")
    assert house.events.all("agent.state", login="hugo", state="break")[0]["cause"] == "missed_calls"


async def a_telephone_that_is_gone_is_not_rung(house: House) -> None:
    juan, lola = await asyncio.gather(at_work(house, "juan"), at_work(house, "lola", answers(AGENT_HZ)))
    await until(lambda: juan.phone.received["OPTIONS"] > 0, 10, "the telephone is asked whether it is there")
    juan.phone.ignored_methods |= {"OPTIONS", "INVITE"}
    lost = await house.events.next("agent.reachable", 10, login="juan")
    assert (lost.event["on"], lost.event["cause"]) == (False, "no_answer")
    own = await lola.phone.call("*43").answered()  # by the company's rule such a call keeps nobody from the queue's
    assert (await lola.api.agent("lola"))["state"] == "available"
    caller, call_id = await calls(house, "watched", "+34600004401")
    await CallerScript(caller).hears_tone(AGENT_HZ, within=8).run()
    assert [event["login"] for event in house.events.all("call.ringing", call_id=call_id)] == ["lola"]
    await own.hang_up()
    await caller.hang_up()
    juan.phone.ignored_methods.clear()
    assert (await house.events.next("agent.reachable", 10, login="juan", on=True)).event["cause"] == "answers"


async def a_supervisor_stands_beside_the_call(house: House) -> None:
    nora = await at_work(house, "nora", answers())
    caller, _ = await calls(house, "supervised", "+34600004501")
    await until(lambda: nora.phone.incoming_count == 1 and nora.phone.latest.is_answered, 8, "the agent has the caller")
    agent = nora.phone.latest
    sofia = (await house.phone("110")).call("*57109")
    sofia.say_silence()
    await asyncio.gather(
        CallerScript(sofia).is_answered().hears_speech(within=5, seconds=0.8).presses("7110#").run(),
        CallerScript(agent).hears_tone(BEEP_HZ, within=12, seconds=0.2).run(),
    )
    sofia.say_tone(SUPERVISOR_HZ)
    caller.say_tone(CALLER_HZ)
    await CallerScript(sofia).hears_tone(CALLER_HZ, within=8).run()
    await CallerScript(agent).hears_tone(CALLER_HZ, within=5).run()
    caller.say_silence()
    await CallerScript(sofia).presses("5").run()
    await CallerScript(agent).hears_tone(SUPERVISOR_HZ, within=5).run()
    await CallerScript(caller).hears_silence(within=5, seconds=0.6).run()
    await CallerScript(sofia).presses("6").run()
    await CallerScript(caller).hears_tone(SUPERVISOR_HZ, within=5).run()
    await CallerScript(sofia).presses("9").run()
    await agent.ended(5)
    caller.say_tone(CALLER_HZ)
    await CallerScript(caller).hears_tone(SUPERVISOR_HZ, within=5).run()
    await CallerScript(sofia).hears_tone(CALLER_HZ, within=5).run()
    await caller.hang_up()
    await sofia.ended(5)

    async def noted() -> Any:
        actions = {entry["action"] for entry in await house.admin.items("/audit") if entry["kind"] == "call"}
        return True if {"listen", "whisper", "barge", "taken_over"} <= actions else None

    await eventually(noted, 5, "the supervision in the audit log")
