"""Menu and queue: answered at once, agents one after the other, callers who give up anywhere."""

from __future__ import annotations

import asyncio

import pytest

from pbx.events import CallAnswered, CallbackRequested, CallNotAnswered, QueueJoined, QueueLeft
from pbx.exchange.menu_caller import CallerInMenu
from tests.unit.calls.peers import invite_from
from tests.unit.exchange.stage import CARMEN, CARRIER, MAIN, SALES, Stage


async def test_menu_to_queue_to_agent(stage: Stage) -> None:
    stage.phone("ana", available=True)
    caller = await stage.call_in(MAIN)
    assert caller.said == ["200"]
    stage.press(caller, "1")
    await stage.settle()
    agent = await stage.talk(caller, "101")
    assert stage.hears(caller, agent)
    await stage.settle(7)
    agent.hangs_up()
    await stage.settle()
    ended = stage.ended
    assert (ended.result, ended.queue, ended.login, ended.ended_by) == ("answered", "sales", "ana", "callee")
    assert stage.queues.agent("ana").state == "wrap_up"
    assert "BYE" in caller.said
    stage.nothing_is_left()


async def test_a_queue_answers_and_plays_music_when_nobody_is_there(stage: Stage) -> None:
    caller = await stage.call_in(SALES)
    assert caller.said == ["200"]
    assert stage.plane.playing[stage.leg_of(caller)][0].path == "music.wav"
    assert stage.of(QueueJoined)[0].position == 1


@pytest.mark.parametrize("status", [486, 480, 603])
async def test_the_next_agent_at_once_when_one_refuses(stage: Stage, status: int) -> None:
    stage.phone("ana", available=True)
    stage.phone("luis", available=True)
    caller = await stage.call_in(SALES)
    stage.agent.to("101").refuses(status)
    await stage.settle()
    agent = await stage.talk(caller, "102")
    assert stage.hears(caller, agent)
    assert stage.of(CallNotAnswered)[0].login == "ana"


async def test_an_agent_rings_fifteen_seconds_then_the_next(stage: Stage) -> None:
    stage.phone("ana", available=True)
    stage.phone("luis", available=True)
    await stage.call_in(SALES)
    ana = stage.agent.to("101")
    ana.rings()
    await stage.settle(14)
    assert stage.agent.rung() == ["101"]
    await stage.settle(1.5)
    assert ana.said == ["CANCEL"]
    assert stage.agent.rung() == ["101", "102"]


@pytest.mark.parametrize("where", ["menu", "queue", "ringing"])
async def test_a_caller_who_gives_up_has_abandoned(stage: Stage, where: str) -> None:
    if where == "ringing":
        stage.phone("ana", available=True)
    caller = await stage.call_in(MAIN if where == "menu" else SALES)
    await stage.settle(6)
    caller.hangs_up()
    await stage.settle()
    assert (stage.ended.result, stage.ended.ended_by) == ("abandoned", "caller")
    assert stage.ended.answered_at is None
    assert stage.ended.wait_s == pytest.approx(6)
    stage.nothing_is_left()


async def test_who_gives_up_before_the_queue_has_answered_has_abandoned(stage: Stage) -> None:
    caller = invite_from(CARMEN, SALES, source=CARRIER)
    stage.admission.on_invite(caller)  # type: ignore[arg-type]
    await asyncio.sleep(0)
    caller.hangs_up()
    await stage.settle()
    assert "queue.joined" not in stage.types()
    assert (stage.ended.result, stage.ended.queue) == ("abandoned", None)
    stage.nothing_is_left()


async def test_two_callers_and_one_agent(stage: Stage) -> None:
    stage.phone("ana", available=True)
    first = await stage.call_in(SALES)
    second = await stage.call_in(SALES, number="+34600999888")
    agent = await stage.talk(first, "101")
    assert stage.agent.rung() == ["101"]
    agent.hangs_up()
    await stage.settle(5.5)
    again = await stage.talk(second, "101")
    assert stage.hears(second, again)


async def test_nobody_for_two_minutes_leads_to_the_companys_voicemail(stage: Stage) -> None:
    caller = await stage.call_in(SALES)
    await stage.settle(121)
    assert stage.of(QueueLeft)[0].cause == "overflow"
    await stage.settle(5)
    caller.hangs_up()
    await stage.settle(0.1)
    assert stage.ended.result == "voicemail"


async def test_one_in_the_queue_asks_for_a_callback(stage: Stage) -> None:
    caller = await stage.call_in(SALES)
    stage.press(caller, "1")
    await stage.settle(3)
    assert stage.of(CallbackRequested)[0].number == "+34600111222"
    assert stage.of(QueueLeft)[0].cause == "callback"
    assert (stage.ended.result, stage.ended.ended_by) == ("callback", "system")


async def test_a_room_can_be_typed_in_a_menu(stage: Stage) -> None:
    caller = await stage.call_in(MAIN)
    stage.press(caller, "7")
    await stage.settle()
    assert [answered.kind for answered in stage.of(CallAnswered)] == ["room"]
    assert not caller.is_over


@pytest.mark.parametrize("asked_for", ["do_not_disturb", "forward"])
async def test_a_menu_rings_nobody_who_takes_no_calls(stage: Stage, asked_for: str) -> None:
    stage.phone("ana")
    stage.phone("luis")
    if asked_for == "forward":
        stage.house.forwards.set("always", "101", "103")
    else:
        stage.house.forwards.turn("do_not_disturb", "101", on=True)
    await stage.call_in(MAIN)
    (call,) = stage.board.calls.values()
    in_menu = CallerInMenu(stage.house, call, stage.house.snapshot().dialplan)
    ringing = asyncio.ensure_future(in_menu.ring(["ana", "luis"], 5))
    await stage.settle()
    assert stage.agent.rung() == ["102"]
    ringing.cancel()


async def test_a_fault_in_the_menu_costs_that_caller_only(stage: Stage) -> None:
    caller = await stage.call_in(MAIN)
    other = await stage.call_in(SALES, number="+34600999888")
    stage.press(caller, "9")
    await stage.settle()
    assert "BYE" in caller.said
    assert (stage.ended.result, stage.ended.reason, stage.ended.ended_by) == ("failed", "error", "system")
    assert not other.is_over


async def test_an_agent_who_answers_as_the_caller_hangs_up_is_hung_up_on(stage: Stage) -> None:
    stage.phone("ana", available=True)
    caller = await stage.call_in(SALES)
    agent = stage.agent.to("101")
    agent.rings()
    caller.hangs_up()
    agent.answers()
    await stage.settle()
    assert "BYE" in agent.said
    assert stage.ended.result == "abandoned"
    stage.nothing_is_left()


async def test_reception_rings_both_and_falls_back_to_the_box(stage: Stage) -> None:
    stage.phone("admin")
    stage.phone("ana")
    caller = await stage.call_in(MAIN)
    stage.press(caller, "0")
    await stage.settle()
    assert sorted(stage.agent.rung()) == ["100", "101"]
    for session in stage.agent.sent:
        session.rings()
    assert stage.plane.playing[stage.leg_of(caller)][0].tone == "ringback"
    await stage.settle(20.5)
    assert all(session.is_over for session in stage.agent.sent)
    await stage.settle(5)
    caller.hangs_up()
    await stage.settle(0.1)
    assert stage.ended.result == "voicemail"
