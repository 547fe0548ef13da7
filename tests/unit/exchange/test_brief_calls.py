"""Calls that are over as soon as they begin: whoever was in them is free again."""

from __future__ import annotations

from tests.unit.exchange.stage import ANA, SALES, Stage


async def test_who_answers_and_hangs_up_at_once_is_free_again(stage: Stage) -> None:
    stage.phone("ana")
    await stage.call_in(ANA)
    ringing = stage.agent.to("101")
    ringing.rings()
    ringing.answers()
    ringing.hangs_up()
    await stage.settle(1)
    assert stage.queues.agent("ana").state == "offline"
    stage.nothing_is_left()


async def test_a_caller_whose_agent_answers_and_hangs_up_at_once_is_offered_again(stage: Stage) -> None:
    stage.phone("ana", available=True)
    caller = await stage.call_in(SALES)
    ringing = stage.agent.to("101")
    ringing.rings()
    ringing.answers()
    ringing.hangs_up()
    await stage.settle(6)
    assert not caller.is_over
    assert len(stage.agent.sent) == 2
