"""Agents: states set during a call, wrap-up, and who is next in a queue."""

from __future__ import annotations

import asyncio

from tests.e2e.house import AGENT_HZ, MAIN, SALES, House
from tests.kit import Call, CallerScript
from tests.kit.phone import answers, until

WRAP_UP_S = 5.0


async def served(house: House, number: str, caller: str, keys: str = "") -> tuple[Call, str]:
    """A caller whom an agent has answered, and the agent."""
    call = await house.place(number, caller)
    await call.answered()
    if keys:
        await CallerScript(call).hears_speech(within=3, seconds=0.6).presses(keys).run()
    call_id = await house.call_id(caller_number=caller)
    answered = await house.events.next("call.answered", 12, call_id=call_id, kind="person")
    return call, answered.event["login"]


async def test_a_state_set_during_a_call_counts_afterwards_and_wrap_up_is_5_s(house: House) -> None:
    ana = await house.agent("ana", answers(AGENT_HZ))
    call, _ = await served(house, SALES, "+34600999301")
    answer = await ana.api.put("/agents/me", {"state": "break", "reason": "café"})
    assert (answer["state"], answer["next_state"]) == ("talking", "break")
    await call.hang_up()
    paused = await house.events.next("agent.state", 9, login="ana", state="break")
    assert paused.event["reason"] == "café"
    await ana.api.become("available")
    house.events.forget()
    call, _ = await served(house, SALES, "+34600999302")
    waiting = await house.place(SALES, "+34600999303")
    await waiting.answered()
    await call.hang_up()
    wrap_up = await house.events.next("agent.state", login="ana", state="wrap_up")
    await until(lambda: ana.phone.incoming_count == 3, 9, "the next caller rings")
    assert WRAP_UP_S - 0.3 < ana.phone.latest.invited_at - wrap_up.at < WRAP_UP_S + 2
    await waiting.hang_up()


async def test_an_agent_in_a_direct_call_is_not_rung_for_the_queue_and_is_right_after_it(house: House) -> None:
    ana = await house.agent("ana", answers(AGENT_HZ))
    luis = await house.phone("102")
    direct = await luis.call("101").answered()
    await CallerScript(direct).hears_tone(AGENT_HZ, within=5).run()
    assert (await ana.api.agent("ana"))["state"] == "talking"
    waiting = await house.place(SALES, "+34600999304")
    await CallerScript(waiting).is_answered().hears_music(within=4, seconds=1.0).run()
    assert ana.phone.incoming_count == 1
    await direct.hang_up()
    await CallerScript(waiting).hears_tone(AGENT_HZ, within=4).hangs_up().run()


async def test_sales_takes_turns_by_idle_time_and_support_by_the_list(house: House) -> None:
    for login in ("luis", "ana", "marta"):
        await house.agent(login, answers(AGENT_HZ))
    callers = [f"+3460099931{index}" for index in range(4)]
    support = []
    for caller in callers:
        call, login = await served(house, MAIN, caller, "2#")
        support.append(login)
        await call.hang_up()
    assert {tuple(support[:2]), tuple(support[2:])} in ({("luis", "marta")}, {("marta", "luis")}), support
    house.events.forget()
    await asyncio.sleep(0.1)
    first, second = [await served(house, SALES, f"+3460099932{index}") for index in range(2)]
    assert {first[1], second[1]} == {"ana", "luis"}
    await second[0].hang_up()
    await asyncio.sleep(0.5)
    await first[0].hang_up()
    await until(
        lambda: len(house.events.all("agent.state", state="available")) >= 2, WRAP_UP_S + 4, "both are available"
    )
    call, login = await served(house, SALES, "+34600999322")
    assert login == second[1], "who hung up first has been idle for longer"
    await call.hang_up()
