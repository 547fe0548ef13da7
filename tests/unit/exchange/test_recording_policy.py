"""The company's recordings policy in calls: who is recorded and told so, pauses, and what a transfer changes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from config.recordings import RecordingPolicy
from pbx.calls.errors import NotAllowedError
from pbx.calls.recording_rules import Switched
from pbx.events import (
    RecordingFinished,
    RecordingPaused,
    RecordingResumed,
    RecordingSkipped,
    RecordingStarted,
)
from pbx.exchange.recording_policy import CompanyRecordingRules
from pbx.exchange.snapshot import Snapshot
from pbx.sip.replaces import Replaces
from tests.unit.calls.peers import Session
from tests.unit.exchange.stage import ANA, CARMEN, SALES, Stage

NOT_LUIS = {"title": "Luis no", "people": ["luis"], "record": False}
NOTICE = {"directions": ["inbound", "outbound"]}


def adopt(stage: Stage, **policy: Any) -> None:
    """The company goes by this policy from now on."""
    snapshot = stage.house.snapshot()
    wanted = snapshot.company.model_copy(update={"recordings": RecordingPolicy.model_validate(policy)})
    changed = Snapshot.of(wanted, snapshot.credentials)
    stage.house.snapshot = lambda: changed
    stage.board.recording_rules = CompanyRecordingRules(stage.house)


async def connected(stage: Stage, number: str = ANA, login: str = "ana") -> tuple[Session, Session, str]:
    """An outside caller who talks to somebody: the caller, the telephone, the call's id."""
    stage.phone(login)
    caller = await stage.call_in(number)
    telephone = await stage.talk(caller, stage.company.person(login).extension)  # type: ignore[union-attr]
    return caller, telephone, next(iter(stage.board.calls))


def recorded(stage: Stage) -> list[str]:
    return [type_ for type_ in stage.types() if type_.startswith("recording.")]


async def test_who_is_not_to_be_recorded_is_not_and_the_event_says_by_which_rule(stage: Stage) -> None:
    adopt(stage, rules=[{"title": "Ana no", "people": ["ana"], "record": False}])
    await connected(stage)
    assert [event.rule for event in stage.of(RecordingSkipped)] == ["Ana no"]
    assert not stage.plane.recorded()
    assert recorded(stage) == ["recording.skipped"]


async def test_a_recording_names_the_rule_that_wants_it(stage: Stage) -> None:
    adopt(stage, by_default=False, rules=[{"title": "Entrantes", "directions": ["inbound"], "keep_days": 30}])
    await connected(stage)
    (begun,) = stage.of(RecordingStarted)
    assert (begun.rule, begun.keep_days, begun.by) == ("Entrantes", 30, None)


async def test_a_transfer_to_somebody_else_changes_what_is_recorded_from_then_on(stage: Stage) -> None:
    adopt(stage, rules=[NOT_LUIS])
    caller, _, call_id = await connected(stage)
    stage.phone("luis")
    stage.commands.transfer(call_id, "ana", "102", "blind")
    await stage.settle()
    luis = await stage.talk(caller, "102")
    assert stage.hears(caller, luis)
    assert recorded(stage) == ["recording.started", "recording.skipped", "recording.finished"]
    stage.phone("ana")
    stage.commands.transfer(call_id, "luis", "101", "blind")
    await stage.settle()
    await stage.talk(caller, "101")
    assert len(stage.of(RecordingStarted)) == 2
    assert len(stage.plane.recorded()) == 1


async def test_what_is_kept_for_another_time_is_another_recording(stage: Stage) -> None:
    adopt(stage, rules=[{"title": "Luis", "people": ["luis"], "keep_days": 7}])
    caller, _, call_id = await connected(stage)
    stage.phone("luis")
    stage.commands.transfer(call_id, "ana", "102", "blind")
    await stage.settle()
    await stage.talk(caller, "102")
    await stage.settle()
    assert [(begun.rule, begun.keep_days) for begun in stage.of(RecordingStarted)] == [(None, None), ("Luis", 7)]
    assert len(stage.of(RecordingFinished)) == 1


async def test_a_caller_is_told_once_before_anybody_rings(stage: Stage) -> None:
    adopt(stage, notice=NOTICE | {"texts": {"es": "Grabamos."}, "prompt": "aviso"})
    stage.phone("ana")
    caller = await stage.call_in(ANA)
    call = next(iter(stage.board.calls.values()))
    assert call.recording.is_told
    assert not stage.agent.sent, "nobody rings while it is said"
    await stage.settle(0.2)
    await stage.talk(caller, "101")
    assert stage.plane.recorded()


async def test_nobody_is_told_of_what_is_not_recorded(stage: Stage) -> None:
    adopt(stage, notice=NOTICE, rules=[{"title": "Ana no", "people": ["ana"], "record": False}])
    _, _, call_id = await connected(stage)
    assert not stage.board.call(call_id).recording.is_told


async def test_who_is_called_is_told_after_answering_and_recorded_from_then_on(stage: Stage) -> None:
    adopt(stage, notice=NOTICE)
    stage.phone("ana")
    await stage.call_from("101", "0600111222")
    outside = stage.agent.to("+34600111222")
    outside.answers()
    await stage.settle()
    assert [clip.path for clip in stage.plane.playing[stage.leg_of(outside)]] == ["text.wav"]
    assert not stage.plane.recorded()
    await asyncio.sleep(0.2)
    await stage.settle()
    assert stage.plane.recorded()


async def test_an_emergency_call_is_connected_at_once(stage: Stage) -> None:
    adopt(stage, notice=NOTICE)
    stage.phone("ana")
    caller = await stage.call_from("101", "112")
    outside = stage.agent.to("112")
    outside.answers()
    await stage.settle()
    assert stage.hears(caller, outside)
    assert stage.plane.recorded()


async def test_a_pause_ends_by_itself(stage: Stage) -> None:
    adopt(stage, pause_s=30)
    _, _, call_id = await connected(stage)
    stage.commands.recording(call_id, "pause", "ana")
    await asyncio.sleep(29)
    assert not stage.of(RecordingResumed)
    await asyncio.sleep(2)
    assert [(event.by, event.cause) for event in stage.of(RecordingResumed)] == [(None, "asked")]
    stage.commands.recording(call_id, "pause", "ana", 5)
    await asyncio.sleep(6)
    assert len(stage.of(RecordingResumed)) == 2


async def test_keys_of_the_other_side_pause_it_until_they_are_over(stage: Stage) -> None:
    adopt(stage, digits_pause_s=10)
    caller, telephone, call_id = await connected(stage)
    for digit in "45":
        stage.press(caller, digit)
        await asyncio.sleep(6)
    assert [(event.by, event.cause) for event in stage.of(RecordingPaused)] == [(None, "digits")]
    assert not stage.of(RecordingResumed)
    assert stage.board.call(call_id).recording.state == "pause"
    await asyncio.sleep(5)
    assert len(stage.of(RecordingResumed)) == 1
    assert any(told[0] == "pause_recording" and told[-1] == {"wipe": True} for told in stage.plane.told)
    stage.press(telephone, "4")
    assert len(stage.of(RecordingPaused)) == 1, "keys of our side are no card"


@pytest.mark.parametrize(
    ("policy", "state", "allowed"),
    [
        ({}, "on", ["pause", "off"]),
        ({"talkers_may": "pause"}, "on", ["pause"]),
        ({"talkers_may": "nothing"}, "on", []),
        ({"by_default": False}, "off", ["on"]),
        ({"by_default": False, "talkers_may": "pause"}, "off", []),
        ({"by_default": False, "notice": {**NOTICE, "needed": True}}, "off", []),
    ],
)
async def test_what_one_may_do_to_a_recording_is_told(
    stage: Stage, policy: dict[str, Any], state: str, allowed: list[Switched]
) -> None:
    adopt(stage, **policy)
    _, _, call_id = await connected(stage)
    assert stage.commands.recording_state(call_id, "ana") == {"state": state, "allowed": allowed}
    for one in allowed:
        stage.commands.recording(call_id, one, "ana")
        assert stage.commands.recording_state(call_id, "ana")["state"] == one


async def test_who_has_paused_may_go_on_and_stop(stage: Stage) -> None:
    _, _, call_id = await connected(stage)
    stage.commands.recording(call_id, "pause", "ana")
    assert stage.commands.recording_state(call_id, "ana") == {"state": "pause", "allowed": ["on", "off"]}


async def test_a_colleague_pauses_and_goes_on_by_keys(stage: Stage) -> None:
    caller, telephone, call_id = await connected(stage)
    recording = stage.board.call(call_id).recording
    for expected in ("pause", "on"):
        stage.press(telephone, "*3")
        assert recording.state == expected
        await asyncio.sleep(3)
    stage.press(caller, "*3")
    assert recording.state == "on", "who calls from outside has no keys"


@pytest.mark.parametrize(
    ("may", "allowed"), [("on_and_off", {"pause", "on", "off"}), ("pause", {"pause", "on"}), ("nothing", set())]
)
async def test_those_who_talk_may_what_the_company_lets_them(stage: Stage, may: str, allowed: set[str]) -> None:
    adopt(stage, talkers_may=may)
    _, _, call_id = await connected(stage)
    if "pause" not in allowed:
        stage.commands.recording(call_id, "pause", "sofia")
    for state in ("pause", "on", "off"):
        if state in allowed:
            stage.commands.recording(call_id, state, "ana")
        else:
            with pytest.raises(NotAllowedError):
                stage.commands.recording(call_id, state, "ana")


async def test_off_lasts_for_the_whole_call_and_on_until_others_talk(stage: Stage) -> None:
    adopt(stage, rules=[NOT_LUIS, {"title": "Ana no", "people": ["ana"], "record": False}])
    caller, _, call_id = await connected(stage)
    stage.commands.recording(call_id, "on", "ana")
    assert [event.by for event in stage.of(RecordingStarted)] == ["ana"]
    stage.phone("luis")
    stage.commands.transfer(call_id, "ana", "102", "blind")
    await stage.settle()
    await stage.talk(caller, "102")
    assert not stage.plane.recorded()


async def test_rules_by_queue_and_number(stage: Stage) -> None:
    adopt(
        stage,
        rules=[{"title": "Carmen", "numbers": [CARMEN], "record": False}, {"title": "Ventas", "queues": ["sales"]}],
        by_default=False,
    )
    stage.phone("ana", available=True)
    caller = await stage.call_in(SALES)
    await stage.talk(caller, "101")
    assert [event.rule for event in stage.of(RecordingSkipped)] == ["Carmen"]


async def test_who_is_transferred_to_somebody_recorded_is_told_before_they_talk(stage: Stage) -> None:
    """Nobody has recorded the call so far: the notice comes first, for both, and the recording begins after it."""
    adopt(stage, notice=NOTICE, rules=[{"title": "Ana no", "people": ["ana"], "record": False}])
    caller, ana, _ = await connected(stage)
    stage.phone("luis")
    ana.holds()
    await stage.settle()
    second = await stage.call_from("101", "102")
    luis = await stage.talk(second, "102")
    stage.agent.by_replaces["second"] = second
    ana.refers("102", Replaces("second", "1", "2"))
    await stage.settle()
    assert "BYE" in ana.said
    for session in (caller, luis):
        assert [clip.path for clip in stage.plane.playing[stage.leg_of(session)]] == ["text.wav"]
    assert not stage.hears(caller, luis)
    assert not stage.plane.recorded()
    await asyncio.sleep(0.2)
    await stage.settle()
    assert stage.hears(caller, luis)
    assert stage.plane.recorded()


async def test_who_is_held_hears_the_music_again_after_the_notice(stage: Stage) -> None:
    adopt(stage, notice=NOTICE, rules=[{"title": "Ana no", "people": ["ana"], "record": False}])
    caller, ana, _ = await connected(stage)
    stage.phone("luis")
    ana.holds()
    await stage.settle()
    second = await stage.call_from("101", "102")
    luis = await stage.talk(second, "102")
    stage.agent.by_replaces["second"] = second
    caller.holds()
    ana.refers("102", Replaces("second", "1", "2"))
    await stage.settle()
    leg = stage.leg_of(luis)
    assert [clip.path for clip in stage.plane.playing[leg]] == ["text.wav"]
    await asyncio.sleep(0.2)
    await stage.settle()
    assert [clip.path for clip in stage.plane.playing[leg]] == ["music.wav"]


async def test_who_hangs_up_while_the_notice_is_said_after_a_transfer_leaves_nothing(stage: Stage) -> None:
    adopt(stage, notice=NOTICE, rules=[{"title": "Ana no", "people": ["ana"], "record": False}])
    caller, ana, _ = await connected(stage)
    stage.phone("luis")
    second = await stage.call_from("101", "102")
    luis = await stage.talk(second, "102")
    stage.agent.by_replaces["second"] = second
    ana.refers("102", Replaces("second", "1", "2"))
    await stage.settle()
    caller.hangs_up()
    await stage.settle()
    assert "BYE" in luis.said
    assert not stage.of(RecordingStarted)
    stage.nothing_is_left()


@pytest.mark.parametrize("needed", [True, False])
async def test_where_the_notice_cannot_be_spoken_the_company_has_chosen(stage: Stage, needed: bool) -> None:
    adopt(stage, notice=NOTICE | {"needed": needed})
    stage.house.prompts.clips = lambda *_, **__: []  # type: ignore[method-assign]
    _, _, call_id = await connected(stage)
    assert bool(stage.plane.recorded()) is not needed
    assert [(event.rule, event.cause) for event in stage.of(RecordingSkipped)] == ([(None, "no_notice")] * needed)
    if needed:
        with pytest.raises(NotAllowedError):
            stage.commands.recording(call_id, "on", "ana")
