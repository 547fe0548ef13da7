"""The agent declines, is busy, does not answer, vanishes: the caller goes to the next, or the call ends by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.e2e.house import CARMEN, SALES, House
from tests.kit import Call, CallerScript
from tests.kit.phone import Behaviour, answers, rejects, rings


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """The first call gets the first behaviour, whichever phone it rings; the last one is for all that follow."""
    left = list(behaviours)

    async def behave(call: Call) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(call)

    return behave


@pytest.mark.parametrize(("status", "after"), [(603, 0.5), (486, 0.0), (480, 0.0)])
async def test_a_refusal_means_the_next_agent_at_once(house: House, status: int, after: float) -> None:
    behaviour = in_turn(rejects(status, after), answers(700))
    agents = [await house.agent(login, behaviour) for login in ("ana", "luis")]
    call = await house.place(SALES)
    await CallerScript(call).is_answered().hears_tone(700, within=8).run()
    refused, taken = sorted((agent.phone.latest for agent in agents), key=lambda incoming: incoming.invited_at)
    assert refused.failure is not None
    assert refused.failure[0] == status
    assert refused.ended_at is not None
    assert taken.invited_at - refused.ended_at < 2
    await call.hang_up()
    logged = await house.logged(await house.call_id(caller_number=CARMEN))
    assert logged["result"] == "answered"
    assert logged["agent"] == next(agent.login for agent in agents if agent.phone.latest is taken)


async def test_an_unregistered_agent_is_passed_over(house: House) -> None:
    await (await house.api("ana")).put("/agents/me", {"state": "available"})
    luis = await house.agent("luis", answers(700))
    call = await house.place(SALES)
    await CallerScript(call).is_answered().hears_tone(700, within=6).hangs_up().run()
    assert luis.phone.incoming_count == 1


@pytest.fixture
async def rings_five_seconds(house: House) -> AsyncIterator[None]:
    """Telephones of ``sales`` ring 5 s instead of 15."""
    kept = await house.admin.get("/settings/queues/sales")
    path = "/settings/queues/sales?version="
    changed = await house.admin.put(f"{path}{kept['version']}", {**kept["value"], "ring_timeout_s": 5})
    yield
    await house.admin.put(f"{path}{changed['version']}", kept["value"])


async def test_nobody_answering_in_time_means_the_next_agent(house: House, rings_five_seconds: None) -> None:
    behaviour = in_turn(rings, answers(700))
    agents = [await house.agent(login, behaviour) for login in ("ana", "luis")]
    call = await house.place(SALES)
    await CallerScript(call).is_answered().hears_tone(700, within=15).run()
    missing, taken = sorted(agents, key=lambda agent: agent.phone.calls[0].invited_at)
    missed = missing.phone.calls[0]
    assert missed.ended_at is not None
    assert 4 < missed.ended_at - missed.invited_at < 8
    assert taken.phone.calls[0].invited_at >= missed.ended_at - 0.5
    await call.hang_up()
    assert (await house.events.next("call.not_answered", login=missing.login)).event["cause"] == "no_answer"
    logged = await house.logged(await house.call_id(caller_number=CARMEN))
    assert logged["agent"] == taken.login
