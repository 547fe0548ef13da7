"""What happens between answer and end: hold, keys, park, pick-up, supervision, recording, click to call."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from pbx.calls.errors import NoSuchCallError, WrongStateError
from pbx.calls.target import Device
from pbx.events import (
    CallEnded,
    CallHeld,
    CallParked,
    CallPickedUp,
    CallResumed,
    CallSupervised,
    RecordingFinished,
    RecordingPaused,
    RecordingResumed,
    RecordingStarted,
)
from pbx.exchange.snapshot import Snapshot
from pbx.media.messages import DigitHeard
from pbx.net.hop import Hop
from pbx.sip.replaces import Replaces
from pbx.sip.session_events import Acknowledged, DigitReceived
from store.credentials import Credentials
from tests.unit.calls.peers import Session, invite_from, sdp
from tests.unit.exchange.stage import ANA, CARMEN, SALES, Stage


async def connected(stage: Stage) -> tuple[Session, Session, str]:
    stage.phone("ana")
    caller = await stage.call_in(ANA)
    ana = await stage.talk(caller, "101")
    (call_id,) = stage.board.calls
    return caller, ana, call_id


async def test_whoever_is_held_hears_music(stage: Stage) -> None:
    caller, ana, _ = await connected(stage)
    ana.holds()
    assert stage.plane.playing[stage.leg_of(caller)][0].path == "music.wav"
    assert stage.leg_of(ana) not in stage.plane.playing
    assert not stage.hears(caller, ana)
    ana.holds(False)
    assert stage.hears(caller, ana)
    assert stage.leg_of(caller) not in stage.plane.playing
    assert [type(event.body) for event in stage.events if event.type in {"call.held", "call.resumed"}] == [
        CallHeld,
        CallResumed,
    ]


async def test_hold_by_command(stage: Stage) -> None:
    caller, ana, call_id = await connected(stage)
    stage.commands.hold(call_id, "ana", True)
    assert stage.plane.playing[stage.leg_of(caller)][0].path == "music.wav"
    stage.commands.hold(call_id, "ana", False)
    assert stage.hears(caller, ana)
    with pytest.raises(WrongStateError):
        stage.commands.hold(call_id, "luis", True)


async def test_two_who_hold_each_other_both_have_to_come_back(stage: Stage) -> None:
    caller, ana, _ = await connected(stage)
    ana.holds()
    caller.holds()
    ana.holds(False)
    assert not stage.hears(caller, ana)
    assert stage.plane.playing[stage.leg_of(ana)][0].path == "music.wav"
    caller.holds(False)
    assert stage.hears(caller, ana)


async def test_a_key_by_info_reaches_the_other_side(stage: Stage) -> None:
    caller, ana, _ = await connected(stage)
    ana.sink(DigitReceived("5", 100))
    assert ("send_digits", stage.leg_of(caller), "5", {}) in stage.plane.told


async def test_keys_go_by_info_to_who_wants_them_so(stage: Stage) -> None:
    caller, ana, _ = await connected(stage)
    next(leg for leg in stage.board.legs if leg.id == stage.leg_of(caller)).sound.keys_by_info = True
    ana.sink(DigitReceived("5", 100))
    stage.board.on_media(DigitHeard(stage.leg_of(ana), "#", 100))
    assert [said for said in caller.said if said.startswith("INFO")] == [
        "INFO application/dtmf-relay Signal=5",
        "INFO application/dtmf-relay Signal=#",
    ]
    assert not [told for told in stage.plane.told if told[0] == "send_digits"]


async def test_park_and_fetch(stage: Stage) -> None:
    caller, ana, call_id = await connected(stage)
    assert stage.commands.park(call_id, "ana") == 1
    await stage.settle()
    assert stage.of(CallParked)[0].slot == 1
    assert "BYE" in ana.said
    assert stage.plane.playing[stage.leg_of(caller)][0].path == "music.wav"
    luis = await stage.call_from("102", "*701")
    assert stage.hears(caller, luis)
    assert list(stage.board.calls) == [call_id]
    luis.hangs_up()
    await stage.settle()
    assert stage.ended.login == "luis"
    stage.nothing_is_left()


async def test_the_lowest_free_slot_and_an_empty_one(stage: Stage) -> None:
    _, _, first = await connected(stage)
    stage.commands.park(first, "ana")
    await stage.settle()
    luis = await stage.call_from("102", "*702")
    assert luis.status == 480
    stage.phone("marta")
    second = await stage.call_in(ANA, number="+34600999888")
    await stage.talk(second, "101")
    other = next(call_id for call_id in stage.board.calls if call_id != first)
    assert stage.commands.park(other, "ana") == 2


async def test_park_by_refer(stage: Stage) -> None:
    _, ana, _ = await connected(stage)
    ana.refers("*70")
    await stage.settle()
    assert ana.notified == [(200, True)]
    assert stage.of(CallParked)[0].slot == 1


@pytest.mark.parametrize("how", ["api", "refer", "attended"])
async def test_parking_is_no_transfer_however_it_is_asked_for(stage: Stage, how: str) -> None:
    caller, ana, call_id = await connected(stage)
    if how == "api":
        stage.commands.park(call_id, "ana")
    elif how == "refer":
        ana.refers("*70")
    else:
        stage.agent.by_replaces["asking"] = await stage.call_from("101", "*70")
        ana.refers("*70", Replaces("asking", "1", "2"))
    await stage.settle()
    stage.phone("luis")
    luis = await stage.call_from("102", "*701")
    assert stage.hears(caller, luis)
    caller.hangs_up()
    await stage.settle()
    ended = next(event.body for event in stage.events if event.type == "call.ended" and event.call_id == call_id)
    assert isinstance(ended, CallEnded)
    assert (ended.transfers, ended.login) == (0, "luis")
    assert len(stage.of(CallParked)) == 1


async def test_one_recording_holds_the_conversation_before_and_after_the_slot(stage: Stage) -> None:
    caller, _, call_id = await connected(stage)
    stage.commands.park(call_id, "ana")
    await stage.settle(5)
    assert [pause.by for pause in stage.of(RecordingPaused)] == [None]
    fetcher = await stage.call_from("102", "*701")
    await stage.settle(3)
    assert stage.hears(caller, fetcher)
    assert len(stage.of(RecordingResumed)) == 1
    assert stage.plane.recorded() == [(stage.leg_of(caller), stage.leg_of(fetcher))]
    caller.hangs_up()
    await stage.settle(1)
    assert len(stage.of(RecordingStarted)) == len(stage.of(RecordingFinished)) == 1
    stage.nothing_is_left()


async def test_who_hangs_up_in_the_slot_ends_the_recording(stage: Stage) -> None:
    caller, _, call_id = await connected(stage)
    stage.commands.park(call_id, "ana")
    await stage.settle(5)
    caller.hangs_up()
    await stage.settle(1)
    assert len(stage.of(RecordingFinished)) == 1
    stage.nothing_is_left()


async def test_nobody_fetches_and_the_parker_rings_again(stage: Stage) -> None:
    caller, _, call_id = await connected(stage)
    stage.commands.park(call_id, "ana")
    await stage.settle(301)
    again = await stage.talk(caller, "101")
    assert stage.hears(caller, again)


async def test_park_attended_speaks_the_slot_to_the_parker(stage: Stage) -> None:

    caller, ana, call_id = await connected(stage)
    asking = await stage.call_from("101", "*70")
    assert stage.plane.playing[stage.leg_of(asking)][0].path == "park.slot.wav"
    stage.agent.by_replaces["asking"] = asking
    ana.refers("*70", Replaces("asking", "1", "2"))
    await stage.settle()
    assert stage.of(CallParked)[0].slot == 1
    luis = await stage.call_from("102", "*701")
    assert stage.hears(caller, luis)
    assert list(stage.board.calls) == [call_id]


async def test_picking_up_a_ringing_call(stage: Stage) -> None:
    stage.phone("ana")
    caller = await stage.call_in(ANA)
    ana = stage.agent.to("101")
    ana.rings()
    luis = await stage.call_from("102", "*8101")
    assert stage.hears(caller, luis)
    assert ana.said == ["CANCEL"]
    assert (stage.of(CallPickedUp)[0].by, stage.of(CallPickedUp)[0].ringing) == ("luis", "ana")
    luis.hangs_up()
    await stage.settle()
    assert stage.ended.login == "luis"
    stage.nothing_is_left()


@pytest.mark.parametrize("has_events", [True, False])
async def test_a_telephone_without_telephone_events_is_asked_for_its_keys(stage: Stage, has_events: bool) -> None:
    session = invite_from("102", "*43")
    if not has_events:
        lines = session.request.body.replace(b" 101\r\n", b"\r\n").split(b"\r\n")
        session.request.body = b"\r\n".join(line for line in lines if b":101 " not in line)
    await stage.deliver(session)
    session.sink(Acknowledged(None))
    assert ("SUBSCRIBE kpml" in session.said) is not has_events


async def replaces(stage: Stage, extension: str, replaced: Session, *, early_only: bool = False) -> Session:
    """A telephone sends an INVITE that is to take the place of another's dialog."""
    session = invite_from(extension, "101")
    session.replaces = Replaces(replaced.call_id, "ours", "theirs", early_only)
    stage.agent.by_replaces[replaced.call_id] = replaced
    return await stage.deliver(session)


async def test_picking_up_by_the_dialog_that_rings(stage: Stage) -> None:
    """RFC 3891 §3: the new dialog is answered, the early one is cancelled."""
    stage.phone("ana")
    caller = await stage.call_in(ANA)
    ana = stage.agent.to("101")
    ana.rings()
    luis = await replaces(stage, "102", ana, early_only=True)
    assert luis.said == ["200"]
    assert stage.hears(caller, luis)
    assert ana.said == ["CANCEL"]
    assert (stage.of(CallPickedUp)[0].by, stage.of(CallPickedUp)[0].ringing) == ("luis", "ana")
    luis.hangs_up()
    await stage.settle()
    assert stage.ended.login == "luis"
    stage.nothing_is_left()


async def test_a_person_takes_on_one_device_what_rings_on_another(stage: Stage) -> None:
    stage.phone("ana")
    caller = await stage.call_in(ANA)
    desk = stage.agent.to("101")
    desk.rings()
    mobile = await replaces(stage, "101", desk)
    assert stage.hears(caller, mobile)


async def test_an_early_dialog_that_may_not_be_replaced_goes_on_ringing(stage: Stage) -> None:
    stage.phone("sofia")
    caller = await stage.call_from("101", "110")
    sofia = stage.agent.to("110")
    sofia.rings()
    outsider = stage.company.model_copy(
        update={
            "people": tuple(
                one.model_copy(update={"pickup_group": None}) if one.login == "luis" else one
                for one in stage.company.people
            )
        }
    )
    snapshot = Snapshot.of(outsider, Credentials("centralita", {}, {}))
    stage.house.snapshot = lambda: snapshot
    assert (await replaces(stage, "102", sofia)).status == 481
    assert (await replaces(stage, "103", caller)).status == 481, "who calls rings nobody"
    assert sofia.said == []
    assert caller.status is None


async def test_a_pick_up_that_comes_too_late_leaves_the_call_to_who_answered(stage: Stage) -> None:
    caller, ana, _ = await connected(stage)
    assert (await replaces(stage, "102", ana, early_only=True)).status == 486
    leg = next(leg for leg in stage.board.legs if leg.id == stage.leg_of(ana))
    leg.shown_to.add("102")
    assert (await replaces(stage, "102", ana)).status == 486
    assert stage.hears(caller, ana)
    marta = await replaces(stage, "103", ana)
    assert stage.hears(caller, marta)


async def test_picking_up_from_a_queue_frees_the_agent(stage: Stage) -> None:
    stage.phone("ana", available=True)
    caller = await stage.call_in(SALES)
    stage.agent.to("101").rings()
    marta = await stage.call_from("103", "*8")
    assert stage.hears(caller, marta)
    assert stage.queues.agent("ana").state == "available"
    assert stage.queues.agent("marta").state == "talking"
    caller.hangs_up()
    await stage.settle()
    stage.nothing_is_left()


async def test_nothing_to_pick_up(stage: Stage) -> None:
    luis = await stage.call_from("102", "*8")
    assert luis.status == 480
    assert stage.events == []


async def test_supervision_rings_and_joins_and_ends_with_the_call(stage: Stage) -> None:
    caller, ana, call_id = await connected(stage)
    stage.phone("sofia")
    stage.commands.supervise(call_id, "sofia", "listen")
    await stage.settle()
    sofia = await stage.talk(caller, "110")
    assert ("supervise", stage.leg_of(sofia), stage.leg_of(ana), "listen", {}) in stage.plane.told
    stage.commands.supervise(call_id, "sofia", "whisper")
    assert [event.mode for event in stage.of(CallSupervised)] == ["listen", "whisper"]
    caller.hangs_up()
    await stage.settle()
    assert "BYE" in sofia.said
    stage.nothing_is_left()


async def test_recording_pauses_resumes_and_stops(stage: Stage) -> None:
    _, _, call_id = await connected(stage)
    for state in ("pause", "on", "off"):
        stage.commands.recording(call_id, state, "ana")
    await stage.settle()
    types = [type_ for type_ in stage.types() if type_.startswith("recording.")]
    assert types == ["recording.started", "recording.paused", "recording.resumed", "recording.finished"]
    stage.commands.recording(call_id, "on", "ana")
    assert len(stage.of(RecordingStarted)) == 2


async def test_click_to_call_rings_my_devices_then_dials(stage: Stage) -> None:
    stage.phone("ana")
    call_id = stage.commands.originate("ana", "0600111222")
    await stage.settle()
    mine = stage.agent.to("101")
    assert mine.request.from_.uri.user == CARMEN
    assert mine.request.from_.display == "Carmen Ruiz"
    mine.rings()
    mine.answers()
    await stage.settle()
    outside = await stage.talk(mine, CARMEN)
    assert stage.hears(mine, outside)
    stage.commands.hang_up(call_id)
    await stage.settle()
    assert (stage.ended.direction, stage.ended.login, stage.ended.ended_by) == ("outbound", "ana", "system")
    stage.nothing_is_left()


async def test_click_to_call_rings_the_chosen_kind_of_device(stage: Stage) -> None:
    stage.phone("ana", devices=2)
    desk, browser = stage.registrar.devices["101"]
    stage.registrar.devices["101"] = [desk, replace(browser, secure=True)]
    chosen: tuple[tuple[Device, Hop], ...] = (("browser", browser.hop), ("telephone", desk.hop))
    for kind, hop in chosen:
        call_id = stage.commands.originate("ana", "0600111222", kind)
        await stage.settle()
        assert stage.agent.to("101").source == hop
        stage.commands.hang_up(call_id)
        await stage.settle()
    assert stage.agent.rung() == ["101", "101"]
    stage.registrar.devices["101"] = [desk]
    stage.commands.originate("ana", "0600111222", "browser")
    await stage.settle()
    assert stage.of(CallEnded)[-1].reason == "caller_unreachable"
    stage.nothing_is_left()


@pytest.mark.parametrize(("login", "ended_by"), [("ana", "callee"), ("sofia", "system"), (None, "system")])
async def test_who_hangs_up_by_the_page_has_ended_the_call(stage: Stage, login: str | None, ended_by: str) -> None:
    _, _, call_id = await connected(stage)
    stage.commands.hang_up(call_id, login)
    await stage.settle()
    assert (stage.ended.ended_by, stage.ended.result) == (ended_by, "answered")
    stage.nothing_is_left()


async def test_an_outgoing_call_given_up_by_the_page_is_cancelled(stage: Stage) -> None:
    stage.phone("ana")
    call_id = stage.commands.originate("ana", "0600111222")
    await stage.settle()
    stage.agent.to("101").rings()
    stage.commands.hang_up(call_id, "ana")
    await stage.settle()
    assert (stage.ended.result, stage.ended.ended_by) == ("cancelled", "caller")
    stage.nothing_is_left()


async def test_click_to_call_that_its_caller_does_not_take_is_cancelled(stage: Stage) -> None:
    stage.phone("ana")
    stage.commands.originate("ana", "0600111222")
    await stage.settle()
    stage.agent.to("101").refuses(486)
    await stage.settle()
    assert stage.ended.result == "cancelled"
    assert stage.agent.rung() == ["101"]


async def test_ones_own_devices_are_not_for_others_to_pick_up(stage: Stage) -> None:
    stage.phone("ana")
    stage.phone("luis")
    stage.commands.originate("ana", "0600111222")
    await stage.settle()
    stage.agent.to("101").rings()
    luis = await stage.call_from("102", "*8101")
    assert luis.status == 480
    assert stage.agent.rung() == ["101"]


async def test_a_call_that_is_not_there(stage: Stage) -> None:
    with pytest.raises(NoSuchCallError):
        stage.commands.hang_up("nothing")


async def test_an_outgoing_call_shows_the_companys_number(stage: Stage) -> None:
    ana = await stage.call_from("101", "0600111222")
    request = stage.agent.to("+34600111222").request
    assert request.from_.uri.user == "+34910000001"
    assert "+34910000001" in (request.headers.get("p-asserted-identity") or "")
    ana.hangs_up()
    await stage.settle()
    assert stage.ended.result == "cancelled"


@pytest.mark.parametrize(
    ("status", "told", "result", "reason"),
    [
        (486, 486, "busy", "busy"),
        (503, 503, "failed", "sip_503"),
        (404, 404, "failed", "sip_404"),
        (603, 603, "missed", "declined"),
    ],
)
async def test_what_the_carrier_refuses(stage: Stage, status: int, told: int, result: str, reason: str) -> None:
    ana = await stage.call_from("101", "0600111222")
    stage.agent.to("+34600111222").refuses(status)
    await stage.settle()
    assert ana.status == told
    assert (stage.ended.result, stage.ended.reason, stage.ended.ended_by) == (result, reason, "system")
    stage.nothing_is_left()


async def test_dialling_the_slot_as_the_parked_caller_hangs_up(stage: Stage) -> None:
    caller, _, call_id = await connected(stage)
    stage.commands.park(call_id, "ana")
    await stage.settle()
    luis = invite_from("102", "*701")
    stage.admission.on_invite(luis)  # type: ignore[arg-type]
    while not luis.is_up:
        await asyncio.sleep(0)
    caller.hangs_up()
    await stage.settle()
    assert luis.is_over
    stage.nothing_is_left()


async def test_an_invite_without_an_offer_gets_ours_and_the_answer_comes_with_the_ack(stage: Stage) -> None:
    stage.phone("luis")
    session = invite_from("101", "102")
    session.request.body = b""
    await stage.deliver(session)
    luis = await stage.talk(session, "102")
    assert session.said == ["200"]
    session.sink(Acknowledged(sdp()))
    await stage.settle()
    assert stage.hears(session, luis)
    luis.hangs_up()
    await stage.settle()
    stage.nothing_is_left()


async def test_early_sound_of_the_carrier_is_heard_before_the_answer(stage: Stage) -> None:
    ana = await stage.call_from("101", "0600111222")
    outside = stage.agent.to(CARMEN)
    outside.rings(183, sdp())
    await stage.settle()
    assert ana.rung == [183]
    assert len(ana.early) == 1
    assert stage.hears(ana, outside)
    outside.refuses(404)
    await stage.settle()
    assert ana.status == 404
    stage.nothing_is_left()


async def test_a_second_trunk_error_is_not_tried_for_ever(stage: Stage) -> None:
    ana = await stage.call_from("101", "0600111222")
    stage.agent.to(CARMEN).refuses(503)
    await stage.settle()
    assert len(stage.agent.sent) == 1
    assert ana.status == 503


async def test_an_invite_with_replaces_takes_the_place_of_a_telephone(stage: Stage) -> None:
    caller, ana, call_id = await connected(stage)
    stage.agent.by_replaces["hers"] = ana
    desk = invite_from("101", "102")
    desk.replaces = Replaces("hers", "1", "2")
    await stage.deliver(desk)
    assert stage.hears(caller, desk)
    assert "BYE" in ana.said
    assert list(stage.board.calls) == [call_id]
    stranger = invite_from("102", "101")
    stranger.replaces = Replaces("nothing", "1", "2")
    await stage.deliver(stranger)
    assert stranger.status == 481
