"""Intercom, paging, speed dials, the directory, wake-up calls, transfer by keys, lamps of features."""

from __future__ import annotations

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from config.company import PagingGroup, SpeedDial, Switch
from pbx.events import CallTransferFailed, CallTransferred
from pbx.exchange.feature_lamps import FeatureLamps
from pbx.exchange.snapshot import Snapshot
from pbx.exchange.waking import Waking
from pbx.routing.name_keys import found_by_keys, spelled
from pbx.routing.wake_ups import next_moment
from pbx.sip.event_packages import Lamp
from store.credentials import Credentials
from tests.unit.exchange.stage import ANA, Stage


def configure(stage: Stage) -> None:
    update = {
        "paging_groups": (PagingGroup(number=1, extensions=("101", "102", "103")),),
        "speed_dials": (SpeedDial(number=7, to="0600999888"), SpeedDial(number=8, to="102")),
        "switches": (Switch(name="night", number=1),),
    }
    snapshot = Snapshot.of(stage.company.model_copy(update=update), Credentials("centralita", {}, {}))
    stage.house.snapshot = lambda: snapshot


async def test_intercom_has_the_telephone_answer_by_itself(stage: Stage) -> None:
    stage.phone("luis")
    ana = await stage.call_from("101", "*64102")
    luis = stage.agent.to("102")
    assert "answer-after=0" in str(luis.request.headers)
    luis.answers()
    await stage.settle()
    assert stage.hears(ana, luis)
    third = await stage.call_from("103", "*64102")
    await stage.settle()
    assert third.status == 486, "who talks is not spoken into"


async def test_paging_speaks_through_every_free_telephone(stage: Stage) -> None:
    configure(stage)
    for login in ("luis", "marta"):
        stage.phone(login)
    ana = await stage.call_from("101", "*661")
    luis, marta = stage.agent.to("102"), stage.agent.to("103")
    luis.answers()
    marta.refuses(486)
    await stage.settle(0.5)
    joined = {args[0]: options for name, *args, options in stage.plane.told if name == "join_room"}
    assert joined[stage.leg_of(ana)]["hears"] is False
    assert joined[stage.leg_of(luis)]["speaks"] is False
    ana.hangs_up()
    await stage.settle(1)
    assert "BYE" in luis.said
    stage.nothing_is_left()


async def test_speed_dials_lead_inside_and_outside(stage: Stage) -> None:
    configure(stage)
    stage.phone("luis")
    await stage.call_from("101", "*08")
    assert stage.agent.rung() == ["102"]
    await stage.call_from("103", "*07")
    assert stage.agent.rung() == ["102", "+34600999888"]
    assert (await stage.call_from("103", "*09")).status == 404


async def test_the_directory_finds_by_name(stage: Stage) -> None:
    stage.phone("luis")
    phone = await stage.call_from("101", "*411")
    await stage.settle(0.05)
    stage.press(phone, "5847#")  # LUIS
    await stage.settle(0.15)
    stage.press(phone, "1")
    await stage.settle()
    assert stage.agent.rung() == ["102"]


def test_names_are_spelled_by_keys() -> None:
    assert spelled("Sofía Núñez-Ruiz") == ["76342", "68639", "7849"]
    people = [("1", "Ana Gil"), ("2", "Luis Anaya"), ("3", "Marta")]
    assert found_by_keys(people, "262") == ["1", "2"]
    assert found_by_keys(people, "") == []


MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("now", "clock", "then"),
    [
        ("2026-06-01T06:00", (7, 30), "2026-06-01T07:30+02:00"),
        ("2026-06-01T08:00", (7, 30), "2026-06-02T07:30+02:00"),
        ("2026-03-28T20:00", (2, 30), "2026-03-29T03:00+02:00"),  # the clocks leap from 2 to 3
        ("2026-10-24T20:00", (2, 30), "2026-10-25T02:30+02:00"),  # 2:30 comes twice
        ("2026-12-31T23:59", (0, 0), "2027-01-01T00:00+01:00"),
    ],
)
def test_the_next_time_that_the_clock_shows_so(now: str, clock: tuple[int, int], then: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=MADRID).timestamp()
    assert next_moment(*clock, at, "Europe/Madrid") == datetime.fromisoformat(then).timestamp()


async def test_a_wake_up_call_rings_and_is_tried_again(stage: Stage) -> None:
    stage.phone("ana")
    waking = Waking(stage.house)
    await stage.call_from("101", "*350730")
    at = stage.house.wake_ups.at("101")
    assert at is not None
    now = asyncio.get_running_loop().time()
    await stage.settle(at - now + 1)
    waking.look()
    await stage.settle()
    assert stage.agent.rung() == ["101"]
    stage.agent.to("101").refuses(480)
    await stage.settle(200)
    waking.look()
    await stage.settle()
    assert stage.agent.rung() == ["101", "101"]
    again = stage.agent.sent[-1]
    again.answers()
    await stage.settle(0.05)
    assert stage.plane.playing[stage.leg_of(again)][0].path == "wake_up.wav"
    assert stage.house.wake_ups.at("101") is None


async def test_who_was_not_reached_is_called_as_often_the_next_time(stage: Stage) -> None:
    stage.phone("ana")
    waking = Waking(stage.house)
    for night in (1, 2):
        stage.house.wake_ups.set("101", stage.house.board.clock())
        for attempt in (1, 2, 3, 4):
            waking.look()
            await stage.settle()
            if attempt < 4:
                stage.agent.sent[-1].refuses(480)
            await stage.settle(200)
        assert len(stage.agent.rung()) == 3 * night


async def test_a_wake_up_call_is_cleared_and_nonsense_refused(stage: Stage) -> None:
    await stage.call_from("101", "*350730")
    await stage.call_from("101", "*35")
    assert stage.house.wake_ups.at("101") is None
    assert (await stage.call_from("101", "*352561")).status == 404


async def connected(stage: Stage) -> tuple[object, object]:
    stage.phone("ana")
    stage.phone("luis")
    caller = await stage.call_in(ANA)
    return caller, await stage.talk(caller, "101")


async def test_a_transfer_by_keys_asks_first_and_then_connects(stage: Stage) -> None:
    caller, ana = await connected(stage)
    stage.press(ana, "*2102#")
    await stage.settle()
    assert stage.plane.playing[stage.leg_of(caller)][0].path == "music.wav"
    luis = stage.agent.to("102")
    luis.answers()
    await stage.settle()
    assert stage.hears(ana, luis)
    ana.hangs_up()
    await stage.settle()
    assert stage.hears(caller, luis)
    assert stage.of(CallTransferred)[0].to == "luis"


async def test_two_stars_go_back_to_the_caller(stage: Stage) -> None:
    caller, ana = await connected(stage)
    stage.press(ana, "*2102#")
    await stage.settle()
    stage.agent.to("102").answers()
    await stage.settle()
    stage.press(ana, "**")
    await stage.settle()
    assert stage.hears(caller, ana)
    assert len(stage.of(CallTransferFailed)) == 1


async def test_a_wrong_number_or_none_leaves_the_two_talking(stage: Stage) -> None:
    caller, ana = await connected(stage)
    stage.press(ana, "*2999#")
    await stage.settle()
    assert stage.hears(caller, ana)
    stage.press(ana, "*2")
    await stage.settle(1)
    assert not stage.hears(caller, ana)
    await stage.settle(6)
    assert stage.hears(caller, ana)


async def test_the_callers_keys_transfer_nothing(stage: Stage) -> None:
    caller, ana = await connected(stage)
    stage.press(caller, "*2102#")
    await stage.settle(1)
    assert stage.hears(caller, ana)
    assert stage.agent.rung() == ["101"]


async def test_who_is_to_be_woken_is_woken_by_the_clock_that_has_been_set(stage: Stage) -> None:
    ahead = [0.0]
    loop = asyncio.get_running_loop()
    stage.board.clock = lambda: loop.time() + ahead[0]
    task = asyncio.ensure_future(Waking(stage.house).run())
    stage.house.wake_ups.set("101", loop.time() + 3600)
    stage.phone("ana")
    await stage.settle(11)
    ahead[0] = 3600.0
    await stage.settle(6)
    ahead[0] = 0.0
    await stage.settle(6)
    task.cancel()
    assert stage.agent.rung() == ["101"]


async def test_pick_up_reaches_as_far_as_it_is_allowed(stage: Stage) -> None:
    def people(**picks: object) -> None:
        listed = tuple(
            person.model_copy(update={"pickup_group": "sales"} if person.login == "ana" else picks)
            for person in stage.company.people
        )
        company = stage.company.model_copy(update={"people": listed})
        snapshot = Snapshot.of(company, Credentials("centralita", {}, {}))
        stage.house.snapshot = lambda: snapshot

    stage.phone("ana")
    people()
    caller = await stage.call_in(ANA)
    stage.agent.to("101").rings()
    assert (await stage.call_from("102", "*8101")).status == 480
    people(picks_up=("sales",), picks_up_calls=("internal",))
    assert (await stage.call_from("102", "*8101")).status == 480
    people(picks_up=("sales",))
    luis = await stage.call_from("102", "*8101")
    await stage.settle()
    assert stage.hears(caller, luis)


async def test_who_is_not_to_be_disturbed_is_left_out_of_a_group(stage: Stage) -> None:
    for login in ("admin", "ana"):
        stage.phone(login)
    await stage.call_from("101", "*78")
    await stage.settle(1)
    caller = await stage.call_in("+34910000001")
    stage.press(caller, "0")
    await stage.settle()
    assert stage.agent.rung() == ["100"]


async def test_lamps_of_what_is_not_a_person(stage: Stage) -> None:
    configure(stage)
    lamps = FeatureLamps(stage.house)
    assert [lamps.lamp(one) for one in ("*281", "*289", "*701", "700", "*78101", "*21101", "*78999", "x")] == [
        *(Lamp.FREE, None, Lamp.FREE, Lamp.FREE, Lamp.FREE, Lamp.FREE, None, None)
    ]
    await stage.call_from("102", "*281")
    await stage.call_from("101", "*78")
    await stage.call_from("103", "700")
    await stage.settle(1)
    assert [lamps.lamp(one) for one in ("*281", "700", "*78101")] == [Lamp.BUSY] * 3
