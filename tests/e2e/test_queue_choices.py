"""Whom a caller gets, and when: who is known, who speaks it best, whose work it is, who has waited; on telephones."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from tests.e2e.conftest import ServerFactory
from tests.e2e.contact_centre import OpenHouse, at_work, line, numbers, opened
from tests.e2e.house import House, side_by_side
from tests.kit import Call
from tests.kit.api import eventually
from tests.kit.phone import answers

STICKY_S, SECOND_LEVEL_S, ANYBODY_S, WORTH_S = 2, 1, 3, 2
EARLY_S = 0.1  # events are stamped as they are told
GERMAN: dict[str, Any] = {
    "skills": ["german"],
    "skill_level": 1,
    "relaxation": [{"after_s": SECOND_LEVEL_S, "level": 2}, {"after_s": ANYBODY_S}],
}


def skilled(**levels: int) -> list[dict[str, Any]]:
    """Members by their level of German; 0: none."""
    return [{"login": login, "skills": {"german": level} if level else {}} for login, level in levels.items()]


QUEUES = [
    line("known", "eva", "hugo", strategy="in_order", sticky_s=STICKY_S),
    {**line("german", **GERMAN), "members": skilled(lola=0, juan=2, ines=1)},
    line("plain", "nora"),
    line("pressing", "nora", weight=10.0),
    {**line("spare", strategy="in_order"), "members": [{"login": "nora", "penalty": 1}, {"login": "luis"}]},
    line("patient", "marta", vip_priority=1, priority_worth_s=WORTH_S),
]
NUMBERS = numbers(QUEUES)
QUEUE_WEIGHTS = {"plain": 1.0, "pressing": 10.0}
ROSA, PACO, DEAR = "+34600006101", "+34600006102", "+34600006103"


async def test_each_caller_gets_who_is_right(own_server: ServerFactory, open_house: OpenHouse) -> None:
    house = await opened(own_server(start=False), open_house, QUEUES, {})
    await side_by_side(
        known=who_is_known_gets_the_same_agent_for_a_while(house),
        german=who_speaks_best_goes_first_and_in_time_anybody(house),
        nora=who_waits_where_it_presses_goes_first_and_who_is_spare_last(house),
        patient=who_is_dear_overtakes_only_those_who_came_just_before(house),
    )


async def joins(house: House, queue: str, caller: str) -> tuple[Call, str]:
    """A caller who has a place in ``queue``, or is served there already, and the call's id."""
    earlier = {event["call_id"] for event in house.events.all("call.started", caller_number=caller)}
    call = await (await house.place(NUMBERS[queue], caller)).answered()
    started = await house.events.next(
        "call.started", 5, lambda event: event["call_id"] not in earlier, caller_number=caller
    )
    call_id = str(started.event["call_id"])
    await house.events.next("queue.joined", 8, call_id=call_id)
    return call, call_id


async def rung(house: House, call_id: str) -> tuple[str, float]:
    """Who has answered the caller, the only one who was rung, and after how many seconds in the queue."""
    answered = (await house.events.next("call.answered", 12, call_id=call_id, kind="person")).event
    (ringing,) = house.events.all("call.ringing", call_id=call_id)
    (joined,) = house.events.all("queue.joined", call_id=call_id)
    assert ringing["login"] == answered["login"]
    return str(answered["login"]), at(ringing) - at(joined)


def at(event: dict[str, Any]) -> float:
    """When it happened, in epoch seconds."""
    return datetime.fromisoformat(event["at"]).timestamp()


async def served(house: House, queue: str, caller: str) -> str:
    """Who answers this caller; free again when this returns."""
    call, call_id = await joins(house, queue, caller)
    login, _ = await rung(house, call_id)
    await call.hang_up()
    await free(house, login)
    return login


async def free(house: House, login: str) -> None:
    """Once this agent may be rung again."""

    async def look() -> bool | None:
        return (await house.admin.agent(login))["state"] == "available" or None

    await eventually(look, 8, f"{login} is available")


async def who_is_known_gets_the_same_agent_for_a_while(house: House) -> None:
    for number, login in ((ROSA, "hugo"), (PACO, "eva")):
        await house.admin.post("/contacts", {"name": f"Of {login}", "numbers": [number], "responsible": login})
    eva, _ = await asyncio.gather(*(at_work(house, login, answers(None, 0.05)) for login in ("eva", "hugo")))
    assert await served(house, "known", "+34600006104") == "eva"
    assert await served(house, "known", ROSA) == "hugo"  # her own, though Eva comes first in the list
    await eva.api.become("break")
    assert await served(house, "known", PACO) == "hugo"  # nobody waits for who is not there
    await eva.api.become("available")
    assert await served(house, "known", PACO) == "hugo"  # who served him last knows him better than his own
    await eva.api.become("break")
    talking, talking_id = await joins(house, "known", "+34600006105")
    assert (await rung(house, talking_id))[0] == "hugo"
    await eva.api.become("available")
    call, call_id = await joins(house, "known", PACO)
    login, after_s = await rung(house, call_id)
    assert login == "eva"
    assert after_s >= STICKY_S - EARLY_S
    await call.hang_up()
    await talking.hang_up()


async def who_speaks_best_goes_first_and_in_time_anybody(house: House) -> None:
    await asyncio.gather(*(at_work(house, login, answers(None, 0.05)) for login in ("lola", "juan", "ines")))
    found = [await joins(house, "german", f"+3460000620{number}") for number in range(3)]
    by = [await rung(house, call_id) for _, call_id in found]
    assert [login for login, _ in by] == ["ines", "juan", "lola"]
    assert by[1][1] >= SECOND_LEVEL_S - EARLY_S
    assert by[2][1] >= ANYBODY_S - EARLY_S
    for call, _ in found:
        await call.hang_up()


async def who_waits_where_it_presses_goes_first_and_who_is_spare_last(house: House) -> None:
    first, first_id = await joins(house, "plain", "+34600006301")
    second, second_id = await joins(house, "pressing", "+34600006302")

    async def counts_for_more() -> bool | None:
        plain, pressing = [(await house.admin.get(f"/queues/{name}"))["longest_wait_s"] for name in QUEUE_WEIGHTS]
        return pressing * QUEUE_WEIGHTS["pressing"] > plain * QUEUE_WEIGHTS["plain"] or None

    await eventually(counts_for_more, 10, "the second one's wait counts for more")
    await at_work(house, "nora", answers(None, 0.05))
    await rung(house, second_id)
    assert not house.events.all("call.ringing", call_id=first_id)
    await second.hang_up()
    assert (await rung(house, first_id))[0] == "nora"
    await first.hang_up()

    await at_work(house, "luis", answers(None, 0.05))
    await free(house, "nora")
    busy, busy_id = await joins(house, "spare", "+34600006303")
    assert (await rung(house, busy_id))[0] == "luis"  # though Nora comes first in the list
    other, other_id = await joins(house, "spare", "+34600006304")
    assert (await rung(house, other_id))[0] == "nora"
    for call in (busy, other):
        await call.hang_up()


async def who_is_dear_overtakes_only_those_who_came_just_before(house: House) -> None:
    await house.admin.post("/contacts", {"name": "Dear", "numbers": [DEAR], "vip": True})
    long_, long_id = await joins(house, "patient", "+34600006401")

    async def has_waited() -> bool | None:
        return (await house.admin.get("/queues/patient"))["longest_wait_s"] > WORTH_S or None

    await eventually(has_waited, 10, "the first one has waited for what dearness is worth")
    late, late_id = await joins(house, "patient", "+34600006402")
    dear, dear_id = await joins(house, "patient", DEAR)
    line_now = (await house.admin.get("/queues/patient"))["callers"]
    assert [one["call_id"] for one in line_now] == [long_id, dear_id, late_id]
    marta = await at_work(house, "marta", answers(None, 0.05))
    for call, call_id in ((long_, long_id), (dear, dear_id), (late, late_id)):
        assert (await rung(house, call_id))[0] == marta.login
        await call.hang_up()
