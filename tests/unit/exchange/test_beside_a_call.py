"""Who stands beside a call or steps into it: supervisors who follow, take over or move a caller; a third party."""

from __future__ import annotations

import pytest

from pbx.calls.errors import WrongStateError
from pbx.events import CallJoined, CallSupervised, CallTakenOver, CallTransferred, QueueJoined
from pbx.refusals import NotAllowedError, NotFoundError
from tests.unit.calls.peers import Session
from tests.unit.exchange.stage import SALES, Stage
from tests.unit.exchange.test_during_a_call import connected


async def supervised(stage: Stage) -> tuple[Session, Session, Session, str]:
    """Caller, Ana, and Sofía who listens beside Ana."""
    caller, ana, call_id = await connected(stage)
    stage.phone("sofia")
    stage.commands.supervise(call_id, "sofia", "listen")
    await stage.settle()
    return caller, ana, await stage.talk(caller, "110"), call_id


async def test_a_supervisor_waits_with_a_call_that_goes_on_and_hears_whoever_gets_it(stage: Stage) -> None:
    caller, _, sofia, call_id = await supervised(stage)
    stage.commands.park(call_id, "ana")
    await stage.settle()
    assert stage.plane.playing[stage.leg_of(sofia)][0].path == "music.wav"
    luis = await stage.call_from("102", "*701")
    await stage.settle()
    assert stage.hears(caller, luis)
    assert ("supervise", stage.leg_of(sofia), stage.leg_of(luis), "listen", {}) in stage.plane.told
    assert stage.leg_of(sofia) not in stage.plane.playing
    assert len(stage.of(CallSupervised)) == 2
    caller.hangs_up()
    await stage.settle()
    assert "BYE" in sofia.said
    stage.nothing_is_left()


async def test_a_supervisor_beside_the_call_takes_it_over_at_once(stage: Stage) -> None:
    caller, ana, sofia, call_id = await supervised(stage)
    stage.commands.take_over(call_id, "sofia")
    await stage.settle()
    assert stage.hears(caller, sofia)
    assert "BYE" in ana.said
    assert [(event.by, event.agent) for event in stage.of(CallTakenOver)] == [("sofia", "ana")]
    with pytest.raises(NotAllowedError):
        stage.commands.take_over(call_id, "sofia")
    sofia.hangs_up()
    await stage.settle()
    stage.nothing_is_left()


async def test_a_supervisor_elsewhere_is_rung_first(stage: Stage) -> None:
    caller, ana, call_id = await connected(stage)
    with pytest.raises(WrongStateError):
        stage.commands.take_over(call_id, "sofia")
    stage.phone("sofia")
    stage.commands.take_over(call_id, "sofia")
    await stage.settle()
    sofia = await stage.talk(caller, "110")
    assert stage.hears(caller, sofia)
    assert "BYE" in ana.said
    caller.hangs_up()
    await stage.settle()
    stage.nothing_is_left()


async def test_a_waiting_caller_is_moved_to_another_queue_and_to_a_person(stage: Stage) -> None:
    caller = await stage.call_in(SALES)
    await stage.settle()
    (call_id,) = stage.board.calls
    stage.commands.move(call_id, "sofia", "queue", "support")
    await stage.settle()
    assert [event.queue for event in stage.of(QueueJoined)] == ["sales", "support"]
    with pytest.raises(NotFoundError):
        stage.commands.move(call_id, "sofia", "queue", "nowhere")
    stage.phone("luis")
    stage.commands.move(call_id, "sofia", "person", "102")
    await stage.settle()
    luis = await stage.talk(caller, "102")
    assert stage.hears(caller, luis)
    assert [event.to for event in stage.of(CallTransferred)] == ["support", "102"]
    with pytest.raises(WrongStateError):
        stage.commands.move(call_id, "sofia", "queue", "sales")
    caller.hangs_up()
    await stage.settle()
    stage.nothing_is_left()


async def three(stage: Stage) -> tuple[Session, Session, Session, Session, str, str]:
    """Ana's first call with the caller and her second one with Luis, joined."""
    caller, ana, first = await connected(stage)
    stage.phone("luis")
    ana.holds()
    asking = await stage.call_from("101", "102")
    await stage.settle()
    luis = await stage.talk(asking, "102")
    second = next(call_id for call_id in stage.board.calls if call_id != first)
    with pytest.raises(WrongStateError):
        stage.commands.conference(first, "ana", second)
    ana.holds(False)
    stage.commands.conference(first, "ana", second)
    return caller, ana, asking, luis, first, second


async def test_the_other_side_of_a_second_call_joins_the_first(stage: Stage) -> None:
    caller, ana, asking, luis, first, second = await three(stage)
    assert ("supervise", stage.leg_of(luis), stage.leg_of(ana), "barge", {}) in stage.plane.told
    assert [(event.by, event.other) for event in stage.of(CallJoined)] == [("ana", first)]
    with pytest.raises(WrongStateError):
        stage.commands.conference(second, "ana", first)
    caller.hangs_up()
    await stage.settle()
    assert stage.hears(asking, luis)
    asking.hangs_up()
    await stage.settle()
    stage.nothing_is_left()


async def test_a_page_loaded_anew_that_holds_the_second_call_again_parts_nobody(stage: Stage) -> None:
    caller, ana, asking, luis, _, _ = await three(stage)
    asking.holds()
    await stage.settle()
    assert stage.leg_of(luis) not in stage.plane.playing
    assert stage.hears(caller, ana)
    caller.hangs_up()
    await stage.settle()
    assert stage.leg_of(luis) in stage.plane.playing  # Ana's telephone holds this call, which is all that is left
    asking.hangs_up()
    await stage.settle()
    stage.nothing_is_left()


async def test_a_third_party_leaves_and_the_two_go_on(stage: Stage) -> None:
    caller, ana, asking, luis, _, _ = await three(stage)
    luis.hangs_up()
    await stage.settle()
    assert "BYE" in asking.said
    assert stage.hears(caller, ana)
    ana.hangs_up()
    await stage.settle()
    stage.nothing_is_left()
