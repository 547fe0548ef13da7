"""Who comes in, and how the others are turned away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pbx.events import CallBlocked, VoicemailRecorded
from pbx.exchange.admission import Admission
from pbx.media.messages import Clip
from pbx.refusals import BusyError
from pbx.routing.blocklist import Blocklist, Rule
from tests.unit.calls.peers import invite_from
from tests.unit.exchange.stage import ANA, CARMEN, CARRIER, Everybody, Stage


async def test_an_unknown_number_from_the_trunk_is_404_and_no_call(stage: Stage) -> None:
    caller = await stage.call_in("+34919999999")
    assert caller.status == 404
    assert stage.events == []


@pytest.mark.parametrize("dialled", ["*43", "101", "*8"])
async def test_the_trunk_dials_no_codes_and_no_extensions(stage: Stage, dialled: str) -> None:
    caller = await stage.call_in(dialled)
    assert caller.status == 404


async def test_a_blocked_caller_hears_603_and_nothing_else(stage: Stage) -> None:
    stage.phone("ana")
    snapshot = replace(stage.house.snapshot(), blocklist=Blocklist([Rule(CARMEN)]))
    stage.house.snapshot = lambda: snapshot
    caller = await stage.call_in(ANA)
    assert caller.status == 603
    assert caller.rung == []
    assert stage.agent.sent == []
    assert stage.of(CallBlocked)[0].rule == CARMEN
    assert (stage.ended.result, stage.ended.ended_by) == ("blocked", "system")
    stage.nothing_is_left()


def block(stage: Stage, action: str) -> None:
    snapshot = replace(stage.house.snapshot(), blocklist=Blocklist([Rule(CARMEN, action)]))
    stage.house.snapshot = lambda: snapshot


async def test_a_blocked_caller_may_find_the_line_busy(stage: Stage) -> None:
    block(stage, "busy")
    caller = await stage.call_in(ANA)
    assert caller.status == 486
    assert (stage.of(CallBlocked)[0].action, stage.ended.result) == ("busy", "blocked")


async def test_a_blocked_caller_may_meet_silence(stage: Stage) -> None:
    block(stage, "silence")
    caller = await stage.call_in(ANA)
    await stage.settle(59)
    assert (caller.status, caller.rung) == (None, [])
    await stage.settle(2)
    assert caller.status == 480
    stage.nothing_is_left()


async def test_a_blocked_caller_may_hear_that_nobody_can_be_reached(stage: Stage) -> None:
    stage.phone("ana")
    block(stage, "announcement")
    caller = await stage.call_in(ANA)
    assert stage.plane.playing[stage.leg_of(caller)] == (Clip(path="call.unavailable.wav"),)
    await stage.settle(1)
    assert caller.said == ["200", "BYE"]
    assert (stage.ended.result, stage.ended.answered_at) == ("blocked", None)
    assert stage.agent.sent == []
    stage.nothing_is_left()


async def test_a_blocked_caller_may_leave_a_message_to_who_was_dialled(stage: Stage) -> None:
    stage.phone("ana")
    block(stage, "voicemail")
    caller = await stage.call_in(ANA)
    await stage.settle(1)
    caller.hangs_up()
    await stage.settle(2)
    assert stage.of(VoicemailRecorded)[0].box == "101"
    assert stage.ended.result == "blocked"
    assert stage.agent.sent == []
    stage.nothing_is_left()


async def test_a_cancel_that_comes_with_the_invite_ends_the_call(stage: Stage) -> None:
    session = invite_from(CARMEN, ANA, source=CARRIER)
    stage.admission.on_invite(session)  # type: ignore[arg-type]
    session.hangs_up()
    await stage.settle()
    assert (stage.ended.reason, stage.ended.ended_by) == ("hung_up", "caller")
    stage.nothing_is_left()


async def test_a_draining_exchange_takes_no_new_calls_and_keeps_the_old_ones(stage: Stage) -> None:
    stage.phone("ana")
    caller = await stage.call_in(ANA)
    ana = await stage.talk(caller, "101")
    stage.admission.close()
    late = await stage.call_in(ANA, number="+34600999888")
    assert late.status == 503
    assert late.headers["Retry-After"] == "30"
    assert stage.hears(caller, ana)


async def test_a_header_that_cannot_be_read_is_400(stage: Stage) -> None:
    session = invite_from(CARMEN, ANA, source=CARRIER, headers={"max-forwards": "many"})
    await stage.deliver(session)
    assert session.status == 400


async def test_a_full_trunk_is_503(stage: Stage) -> None:
    company = stage.company.model_copy(
        update={"trunks": (stage.company.trunks[0].model_copy(update={"max_calls": 1}),)}
    )
    stage.house.trunks.configure(company, stage.house.snapshot().credentials)
    snapshot = replace(stage.house.snapshot(), trunks={"carrier": company.trunks[0]})
    stage.house.snapshot = lambda: snapshot
    stage.admission = Admission(stage.house, Everybody(company))  # type: ignore[arg-type]
    first = await stage.call_in(ANA)
    second = await stage.call_in(ANA, number="+34600999888")
    assert (first.status, second.status) == (None, 503)
    first.hangs_up()
    await stage.settle(0.1)
    third = await stage.call_in(ANA)
    assert third.status is None


async def test_a_caller_on_hold_in_a_queue_is_not_missed_for_its_silence(stage: Stage) -> None:
    caller = await stage.call_in("+34910000002")
    caller.holds()
    assert stage.leg_of(caller) in stage.plane.held
    caller.holds(False)
    assert stage.leg_of(caller) not in stage.plane.held


async def test_a_fault_of_ours_is_500_for_that_caller_only(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(number: str | None) -> None:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr(Blocklist, "match", lambda self, number: broken(number))
        session = await stage.call_in(ANA)
    assert session.status == 500
    await stage.settle()
    stage.nothing_is_left()
    stage.phone("ana")
    await stage.call_in(ANA)
    assert stage.agent.rung() == ["101"]


async def test_a_full_media_plane_takes_no_new_call_but_an_emergency(stage: Stage) -> None:
    stage.phone("ana")
    caller = await stage.call_in(ANA)
    ana = await stage.talk(caller, "101")
    stage.plane.is_overloaded = True
    for refused in (await stage.call_in(ANA), await stage.call_from("102", "103")):
        assert refused.status == 503
        assert refused.headers == {"Retry-After": "5"}
    await stage.call_from("102", "112")
    assert stage.agent.to("112").request.uri.user == "112"
    assert stage.hears(caller, ana)


async def test_a_full_media_plane_rings_nobody_for_a_click_to_call(stage: Stage) -> None:
    stage.phone("ana")
    stage.plane.is_overloaded = True
    with pytest.raises(BusyError):
        stage.commands.originate("ana", "102")
    assert stage.agent.sent == []
