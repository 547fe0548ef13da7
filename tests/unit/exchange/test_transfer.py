"""Transfers: by REFER and by command, blind and attended, and what happens when they fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pbx.events import CallAnswered, CallTransferFailed, CallTransferred
from pbx.routing.dialplan import Dialplan
from pbx.sip.replaces import Replaces
from tests.unit.calls.peers import Session
from tests.unit.exchange.stage import ANA, Stage


async def connected(stage: Stage) -> tuple[Session, Session, str]:
    """Carmen and Ana talk."""
    stage.phone("ana")
    caller = await stage.call_in(ANA)
    ana = await stage.talk(caller, "101")
    (call_id,) = stage.board.calls
    return caller, ana, call_id


async def test_refer_is_accepted_told_and_ended_with_bye(stage: Stage) -> None:
    caller, ana, _ = await connected(stage)
    stage.phone("luis")
    ana.refers("102")
    await stage.settle()
    assert ana.refer_status == 202
    assert ana.notified == []
    assert stage.plane.playing[stage.leg_of(caller)][0].path == "music.wav"
    luis = await stage.talk(caller, "102")
    assert ana.notified == [(200, True)]
    assert "BYE" in ana.said
    assert stage.hears(caller, luis)
    assert stage.plane.recorded() == [(stage.leg_of(caller), stage.leg_of(luis))]
    luis.hangs_up()
    await stage.settle()
    assert (stage.ended.transfers, stage.ended.login, stage.ended.result) == (1, "luis", "answered")
    stage.nothing_is_left()


@pytest.mark.parametrize(("status", "told"), [(486, 486), (480, 480), (603, 603)])
async def test_when_the_target_refuses_the_call_resumes(stage: Stage, status: int, told: int) -> None:
    caller, ana, _ = await connected(stage)
    stage.phone("luis")
    ana.refers("102")
    await stage.settle()
    luis = stage.agent.to("102")
    luis.rings()
    luis.refuses(status)
    await stage.settle()
    assert ana.notified == [(told, True)]
    assert stage.hears(caller, ana)
    assert stage.of(CallTransferFailed)[0].status == told


async def test_a_target_without_a_device_or_a_number_is_told(stage: Stage) -> None:
    caller, ana, _ = await connected(stage)
    ana.refers("103")
    await stage.settle()
    ana.refers("999")
    await stage.settle()
    assert ana.notified == [(480, True), (404, True)]
    assert stage.hears(caller, ana)


async def test_a_target_without_a_device_is_followed_to_where_its_calls_go_then(stage: Stage) -> None:
    caller, ana, _ = await connected(stage)
    stage.phone("luis")
    stage.house.forwards.set("unreachable", "103", "102")
    ana.refers("103")
    await stage.settle()
    luis = await stage.talk(caller, "102")
    assert ana.notified == [(200, True)]
    assert stage.hears(caller, luis)


async def test_a_group_that_rings_in_order_does_so_for_a_transferred_caller(stage: Stage) -> None:
    snapshot = stage.house.snapshot()
    caller, ana, _ = await connected(stage)
    group = snapshot.ring_groups["reception"].model_copy(update={"strategy": "in_order", "extensions": ("102", "103")})
    groups = {**snapshot.ring_groups, "reception": group}
    dialplan = Dialplan(
        snapshot.company.model_copy(update={"ring_groups": (group.model_copy(update={"extension": "200"}),)})
    )
    stage.house.snapshot = lambda: replace(snapshot, ring_groups=groups, dialplan=dialplan)
    stage.phone("luis")
    stage.phone("marta")
    ana.refers("200")
    await stage.settle()
    assert ana.notified == [(200, True)]
    assert stage.agent.rung()[-1] == "102"
    stage.agent.to("102").refuses(486)
    await stage.settle()
    marta = await stage.talk(caller, "103")
    assert stage.hears(caller, marta)


async def test_a_transferor_who_hangs_up_early_leaves_the_caller_ringing(stage: Stage) -> None:
    caller, ana, _ = await connected(stage)
    stage.phone("luis")
    ana.refers("102")
    await stage.settle()
    ana.hangs_up()
    await stage.settle()
    luis = await stage.talk(caller, "102")
    assert stage.hears(caller, luis)


async def test_with_nobody_to_go_back_to_the_caller_gets_the_targets_voicemail(stage: Stage) -> None:
    caller, ana, _ = await connected(stage)
    stage.phone("luis")
    ana.refers("102")
    await stage.settle()
    ana.hangs_up()
    stage.agent.to("102").refuses(486)
    await stage.settle()
    assert [answered.kind for answered in stage.of(CallAnswered)] == ["person", "voicemail"]
    caller.hangs_up()
    await stage.settle(0.1)
    stage.nothing_is_left()


async def test_a_transfer_to_a_room_sends_the_caller_on(stage: Stage) -> None:
    caller, ana, _ = await connected(stage)
    ana.refers("700")
    await stage.settle()
    assert ana.notified == [(200, True)]
    assert "BYE" in ana.said
    assert stage.of(CallAnswered)[-1].kind == "room"
    caller.hangs_up()
    await stage.settle()
    stage.nothing_is_left()


async def test_the_world_cannot_transfer(stage: Stage) -> None:
    caller, ana, _ = await connected(stage)
    caller.refers("102")
    await stage.settle()
    assert caller.notified == [(403, True)]
    assert stage.hears(caller, ana)


async def test_attended_by_replaces_joins_the_two_others(stage: Stage) -> None:
    caller, ana, call_id = await connected(stage)
    stage.phone("luis")
    ana.holds()
    await stage.settle()
    second = await stage.call_from("101", "102")
    luis = await stage.talk(second, "102")
    stage.agent.by_replaces["second"] = second
    ana.refers("102", Replaces("second", "1", "2"))
    await stage.settle()
    assert ana.refer_status == 202
    assert ana.notified == [(200, True)]
    assert "BYE" in ana.said
    assert "BYE" in second.said
    assert stage.hears(caller, luis)
    assert list(stage.board.calls) == [call_id]
    assert stage.of(CallTransferred)[0].mode == "attended"
    caller.hangs_up()
    await stage.settle()
    assert "BYE" in luis.said
    stage.nothing_is_left()


async def test_attended_while_the_target_still_rings_rings_it_for_the_caller(stage: Stage) -> None:
    caller, ana, _ = await connected(stage)
    stage.phone("luis")
    second = await stage.call_from("101", "102")
    stage.agent.to("102").rings()
    stage.agent.by_replaces["second"] = second
    ana.refers("102", Replaces("second", "1", "2"))
    await stage.settle()
    luis = await stage.talk(caller, "102")
    assert stage.hears(caller, luis)
    luis.hangs_up()
    await stage.settle()
    stage.nothing_is_left()


async def test_replaces_that_names_no_dialog_is_481(stage: Stage) -> None:
    _, ana, _ = await connected(stage)
    ana.refers("102", Replaces("nothing", "1", "2"))
    await stage.settle()
    assert ana.refer_status == 481


async def test_blind_by_command(stage: Stage) -> None:
    caller, ana, call_id = await connected(stage)
    stage.phone("luis")
    stage.commands.transfer(call_id, "ana", "102", "blind")
    await stage.settle()
    luis = await stage.talk(caller, "102")
    assert stage.hears(caller, luis)
    assert ana.notified == []
    assert "BYE" in ana.said


async def test_attended_by_command_completes(stage: Stage) -> None:
    caller, ana, call_id = await connected(stage)
    stage.phone("luis")
    stage.commands.transfer(call_id, "ana", "102", "attended")
    await stage.settle()
    luis = await stage.talk(caller, "102")
    assert stage.hears(ana, luis)
    assert stage.plane.playing[stage.leg_of(caller)][0].path == "music.wav"
    stage.commands.transfer_complete(call_id)
    await stage.settle()
    assert stage.hears(caller, luis)
    assert "BYE" in ana.said
    caller.hangs_up()
    await stage.settle()
    stage.nothing_is_left()


async def test_attended_by_command_cancels(stage: Stage) -> None:
    caller, ana, call_id = await connected(stage)
    stage.phone("luis")
    stage.commands.transfer(call_id, "ana", "102", "attended")
    await stage.settle()
    luis = await stage.talk(caller, "102")
    stage.commands.transfer_cancel(call_id)
    await stage.settle()
    assert stage.hears(caller, ana)
    assert "BYE" in luis.said


async def test_a_transferor_who_hangs_up_after_asking_has_transferred(stage: Stage) -> None:
    caller, ana, call_id = await connected(stage)
    stage.phone("luis")
    stage.commands.transfer(call_id, "ana", "102", "attended")
    await stage.settle()
    luis = await stage.talk(caller, "102")
    ana.hangs_up()
    await stage.settle()
    assert stage.hears(caller, luis)


async def test_a_target_who_hangs_up_during_the_question_gives_the_caller_back(stage: Stage) -> None:
    caller, ana, call_id = await connected(stage)
    stage.phone("luis")
    stage.commands.transfer(call_id, "ana", "102", "attended")
    await stage.settle()
    luis = await stage.talk(caller, "102")
    luis.hangs_up()
    await stage.settle()
    assert stage.hears(caller, ana)


async def test_the_caller_who_leaves_during_a_transfer_ends_it(stage: Stage) -> None:
    caller, ana, _ = await connected(stage)
    stage.phone("luis")
    ana.refers("102")
    await stage.settle()
    luis = stage.agent.to("102")
    luis.rings()
    caller.hangs_up()
    await stage.settle()
    assert luis.said == ["CANCEL"]
    stage.nothing_is_left()


async def test_who_dialled_out_can_transfer_the_outside_party(stage: Stage) -> None:
    stage.phone("ana")
    stage.phone("luis")
    ana = await stage.call_from("101", "0600111222")
    outside = await stage.talk(ana, "+34600111222")
    ana.refers("102")
    await stage.settle()
    luis = await stage.talk(outside, "102")
    assert stage.hears(outside, luis)
    assert stage.plane.recorded() == [(stage.leg_of(outside), stage.leg_of(luis))]
    outside.hangs_up()
    await stage.settle()
    assert (stage.ended.direction, stage.ended.login) == ("outbound", "ana")
    stage.nothing_is_left()


async def test_a_place_on_the_trunk_is_taken_as_long_as_the_leg_is_there_whatever_call_it_has_come_to(
    stage: Stage,
) -> None:
    caller, ana, _ = await connected(stage)
    trunks = stage.house.trunks
    assert trunks.in_use("carrier") == 1
    ana.holds()
    second = await stage.call_from("101", "+34600999888")
    outside = await stage.talk(second, "+34600999888")
    assert trunks.in_use("carrier") == 2
    stage.agent.by_replaces["second"] = second
    ana.refers("600999888", Replaces("second", "1", "2"))
    await stage.settle()
    assert stage.hears(caller, outside)
    assert trunks.in_use("carrier") == 2
    caller.hangs_up()
    await stage.settle()
    assert trunks.in_use("carrier") == 0
    stage.nothing_is_left()


async def test_a_transfer_outside_that_fails_gives_its_place_back(stage: Stage) -> None:
    caller, ana, _ = await connected(stage)
    ana.refers("600999888")
    await stage.settle()
    assert stage.house.trunks.in_use("carrier") == 2
    stage.agent.to("+34600999888").refuses(486)
    await stage.settle()
    assert stage.house.trunks.in_use("carrier") == 1
    assert stage.hears(caller, ana)
