"""Who waits longest is served first, and the agents take turns as the strategy says; each on a server of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.e2e.conftest import ServerFactory
from tests.e2e.house import MAIN, SALES, House, change_part
from tests.kit import Call, CallerScript, Server
from tests.kit.phone import answers, until

OpenHouse = Callable[[Server], Any]
TALK_S = 0.6
AT_ONCE_S = 0.25


async def wait_in_line(house: House, queue: str, caller: str) -> Call:
    """A caller who has joined ``queue`` when this returns."""
    call = await house.place(SALES if queue == "sales" else MAIN, caller)
    await call.answered()
    if queue == "support":
        await CallerScript(call).hears_sound(within=2).presses("2").run()
    await house.events.next("queue.joined", 8, queue=queue, call_id=await house.call_id(caller_number=caller))
    return call


async def served_in_order(house: House, count: int, timeout: float) -> list[tuple[str, str, str, float]]:
    """(queue, caller, agent, when) of each call, in the order in which the agents' phones said that they ring."""

    def answers_so_far() -> list[dict[str, Any]]:
        return house.events.all("call.answered", kind="person")

    await until(lambda: len(answers_so_far()) >= count, timeout, f"{count} answers")
    callers = {event["call_id"]: event["caller_number"] for event in house.events.all("call.started")}
    return [
        (event["queue"], callers[event["call_id"]], event["login"], datetime.fromisoformat(event["at"]).timestamp())
        for event in house.events.all("call.ringing")
    ]


def overtaken(line: list[str], rung_at: dict[str, float]) -> list[tuple[str, str]]:
    """(who waited longer, who was rung well before them): empty where the line was kept.

    Two calls offered at the same instant to two agents ring in the order in which their pop-ups and phones answer.
    """
    return [
        (earlier, later)
        for index, earlier in enumerate(line)
        for later in line[index + 1 :]
        if rung_at[later] < rung_at[earlier] - AT_ONCE_S
    ]


async def test_two_callers_and_one_agent(house: House) -> None:
    callers = ["+34600000001", "+34600000002"]
    calls = [await wait_in_line(house, "sales", caller) for caller in callers]
    queue = await house.admin.get("/queues/sales")
    assert queue["waiting"] == 2
    assert queue["longest_wait_s"] > 0
    ana = await house.agent("ana", answers(700))
    await CallerScript(calls[0]).hears_tone(700, within=5).run()
    assert (await house.admin.get("/queues/sales"))["waiting"] == 1
    assert not calls[1].is_over
    assert ana.phone.incoming_count == 1
    await calls[0].hang_up()
    await CallerScript(calls[1]).hears_tone(700, within=12).run()
    await calls[1].hang_up()
    order = await served_in_order(house, 2, 5)
    assert [entry[:3] for entry in order] == [("sales", callers[0], "ana"), ("sales", callers[1], "ana")]


async def test_ten_callers_and_three_agents_in_the_right_order(
    own_server: ServerFactory, open_house: OpenHouse
) -> None:
    house: House = await open_house(own_server())
    for queue in ("sales", "support"):
        await change_part(house.admin, f"queues/{queue}", wrap_up_s=1)
    line = [("sales" if index % 2 == 0 else "support", f"+3460000010{index}") for index in range(10)]
    calls = {caller: await wait_in_line(house, queue, caller) for queue, caller in line}
    waiting = {row["name"]: row["waiting"] for row in await house.admin.items("/queues")}
    assert (waiting["sales"], waiting["support"]) == (5, 5)
    for login in ("marta", "luis", "ana"):
        await house.agent(login, answers(700))

    async def talk_and_go(call: Call) -> None:
        await CallerScript(call).hears_tone(700, within=60).waits(TALK_S).hangs_up().run()

    await asyncio.gather(*(talk_and_go(call) for call in calls.values()))
    order = await served_in_order(house, 10, 5)
    rung_at = {caller: when for _, caller, _, when in order}
    for queue in ("sales", "support"):
        waited = [caller for name, caller in line if name == queue]
        assert sorted(caller for name, caller, _, _ in order if name == queue) == waited
        assert overtaken(waited, rung_at) == []
    served = {login: {name for name, _, agent, _ in order if agent == login} for login in ("ana", "luis", "marta")}
    assert served["ana"] == {"sales"}
    assert served["marta"] == {"support"}
    assert served["luis"]
