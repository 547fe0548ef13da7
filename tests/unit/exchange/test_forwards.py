"""Where a person's calls go: forwards by cause, loops, do not disturb, call waiting, follow me."""

from __future__ import annotations

import pytest

from config.company import Switch
from pbx.events import CallForwarded, NightSwitchTurned, PersonSettingChanged
from pbx.exchange.snapshot import Snapshot
from store.credentials import Credentials
from tests.unit.exchange.stage import ANA, Stage

MOBILE = "+34600999000"


async def sets(stage: Stage, extension: str, code: str) -> None:
    phone = await stage.call_from(extension, code)
    await stage.settle(0.7)
    assert phone.said[0] == "200"
    assert phone.said[-1] == "BYE"
    stage.events.clear()


@pytest.mark.parametrize(
    ("code", "status", "reason", "cause"),
    [
        ("*22102", 486, "user-busy", 486),
        ("*23102", None, "no-answer", 408),
        ("*24102", None, "unavailable", 404),
    ],
)
async def test_forwards_by_cause(stage: Stage, code: str, status: int | None, reason: str, cause: int) -> None:
    stage.phone("luis")
    await sets(stage, "101", code)
    if code != "*24102":
        stage.phone("ana")
    caller = await stage.call_in(ANA)
    if status is not None:
        stage.agent.to("101").refuses(status)
    elif code == "*23102":
        stage.agent.to("101").rings()
        await stage.settle(20.5)
    await stage.settle()
    luis = await stage.talk(caller, "102")
    assert stage.hears(caller, luis)
    (forwarded,) = stage.of(CallForwarded)
    assert (forwarded.by, forwarded.to) == ("ana", "102")
    domain, told = stage.board.domain, luis.request.headers
    assert told.get("Diversion") == f"<sip:101@{domain}>;reason={reason}"
    assert told.get("History-Info") == f"<sip:101@{domain}>;index=1, <sip:102@{domain};cause={cause}>;index=1.1;mp=1"


async def test_who_is_told_of_a_forward_learns_that_nobody_was_to_be_disturbed(stage: Stage) -> None:
    stage.phone("ana")
    stage.phone("luis")
    await sets(stage, "101", "*22102")
    await sets(stage, "101", "*78")
    await stage.call_in(ANA)
    assert stage.agent.to("102").request.headers.get("Diversion", "").endswith(";reason=do-not-disturb")


async def test_a_loop_of_forwards_by_cause_ends(stage: Stage) -> None:
    await sets(stage, "101", "*24102")
    await sets(stage, "102", "*24101")
    caller = await stage.call_in(ANA)
    await stage.settle(1)
    assert caller.status == 482
    assert stage.ended.reason == "forwarding_loop"


async def test_who_is_not_to_be_disturbed_is_not_rung(stage: Stage) -> None:
    stage.phone("ana")
    phone = await stage.call_from("101", "*78")
    await stage.settle(0.5)
    assert stage.of(PersonSettingChanged)[-1].value == "on"
    assert phone.said[-1] == "BYE"
    await stage.call_in(ANA)
    assert stage.agent.rung() == []
    await sets(stage, "101", "*78")
    await stage.call_in(ANA)
    assert stage.agent.rung() == ["101"]


async def test_without_call_waiting_a_second_caller_finds_it_busy(stage: Stage) -> None:
    stage.phone("ana")
    await sets(stage, "101", "*44")
    first = await stage.call_in(ANA)
    await stage.talk(first, "101")
    await stage.call_in(ANA, number="+34600999888")
    assert stage.agent.rung() == ["101"]


async def test_who_is_followed_takes_the_call_with_a_key(stage: Stage) -> None:
    stage.phone("ana")
    await sets(stage, "101", f"*79{MOBILE}")
    caller = await stage.call_in(ANA)
    stage.agent.to("101").rings()
    mobile = stage.agent.to(MOBILE)
    mobile.rings()
    mobile.answers()
    await stage.settle()
    assert stage.plane.playing[stage.leg_of(mobile)][0].path == "follow_me.confirm.wav"
    assert stage.agent.to("101").said == []
    stage.press(mobile, "1")
    await stage.settle()
    assert stage.hears(caller, mobile)
    assert stage.agent.to("101").said == ["CANCEL"]


async def test_a_machine_that_answers_the_mobile_never_has_the_call(stage: Stage) -> None:
    stage.phone("ana")
    await sets(stage, "101", f"*79{MOBILE}")
    caller = await stage.call_in(ANA)
    stage.agent.to("101").rings()
    mobile = stage.agent.to(MOBILE)
    mobile.answers()
    await stage.settle(10)
    assert not stage.plane.bridged
    ana = await stage.talk(caller, "101")
    assert stage.hears(caller, ana)
    assert mobile.said[-1] == "BYE"


async def test_follow_me_leads_outside_only(stage: Stage) -> None:
    phone = await stage.call_from("101", "*79102")
    await stage.settle(1)
    assert phone.status == 404
    emergency = await stage.call_from("101", "*21112")
    await stage.settle(1)
    assert emergency.status == 404


async def test_a_forward_of_before_does_not_hinder_a_transfer_later(stage: Stage) -> None:
    stage.phone("luis")
    stage.phone("marta")
    await sets(stage, "101", "*21102")
    caller = await stage.call_in(ANA)
    await stage.talk(caller, "102")
    call = next(iter(stage.board.calls.values()))
    assert call.diverted_by == []
    await sets(stage, "101", "*21103")
    stage.commands.transfer(call.id, "luis", "101", "blind")
    await stage.settle()
    marta = await stage.talk(caller, "103")
    assert stage.hears(caller, marta)


async def test_a_night_switch_is_turned_by_code(stage: Stage) -> None:
    company = stage.company.model_copy(update={"switches": (Switch(name="night", number=1),)})
    snapshot = Snapshot.of(company, Credentials("centralita", {}, {}))
    stage.house.snapshot = lambda: snapshot
    for on in (True, False):
        phone = await stage.call_from("101", "*281")
        await stage.settle(0.5)
        assert phone.said[0] == "200"
        assert stage.house.switches.is_on("night") is on
        assert stage.of(NightSwitchTurned)[-1].on is on
    unknown = await stage.call_from("101", "*289")
    assert unknown.status == 404
