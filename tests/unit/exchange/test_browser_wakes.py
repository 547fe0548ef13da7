"""Browsers that are not connected are told by push; whoever comes back in time is rung."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pbx.calls.target import Target
from pbx.events import CallAnswered, CallRinging, CallWoken, DeviceRegistered, Event, ScreenPop, VoicemailRecorded
from pbx.exchange.browser_wakes import LOADS_WITHIN_S, BrowserWakes
from pbx.exchange.sleepers import BELIEVED, Sleepers
from pbx.exchange.snapshot import Snapshot
from pbx.ids import new_id
from store.credentials import Credentials
from tests.unit.calls.peers import Session, device, invite_from
from tests.unit.exchange.stage import ANA, CARMEN, MAIN, SALES, Stage

WAIT_S = 15


class Pushes:
    """An office whose people have so many browsers that can be told."""

    def __init__(self, **browsers: int) -> None:
        self.browsers = browsers
        self.told: list[tuple[Sequence[str], str | None, str | None]] = []
        self.over: list[bool] = []
        self.called_off: list[str] = []
        self.is_away = False

    async def wake(self, call_id: str, logins: Sequence[str], number: str | None, name: str | None) -> dict[str, int]:
        self.told.append((list(logins), number, name))
        return {login: self.browsers[login] for login in logins if login in self.browsers}

    async def wake_over(self, call_id: str, logins: Sequence[str], answered: bool) -> None:
        self.over.append(answered)
        self.called_off.extend(logins)

    async def can_be_woken(self) -> frozenset[str] | None:
        return None if self.is_away else frozenset(self.browsers)


def with_pushes(stage: Stage, **browsers: int) -> Pushes:
    pushes = Pushes(**browsers)
    stage.house.wakes = BrowserWakes(pushes)
    return pushes


async def registers(stage: Stage, login: str, number: int = 9) -> list[Session]:
    """A browser registers; what is rung because of it."""
    person = stage.company.person(login)
    assert person is not None
    assert stage.house.wakes is not None
    target = device(person.extension, login, number)
    stage.registrar.devices.setdefault(person.extension, []).append(target)
    body = DeviceRegistered(person.extension, login, str(target.uri), "browser", 300)
    before = len(stage.agent.sent)
    stage.house.wakes.heard(Event(new_id(), 0.0, None, body))
    await stage.settle()
    return stage.agent.sent[before:]


async def comes(stage: Stage, login: str) -> Session:
    """A browser registers and is rung."""
    (rung,) = await registers(stage, login)
    return rung


async def test_a_browser_that_comes_back_in_time_takes_the_call(stage: Stage) -> None:
    pushes = with_pushes(stage, ana=2)
    caller = await stage.call_in(ANA)
    assert pushes.told == [(["ana"], CARMEN, "Carmen Ruiz")]
    assert stage.of(CallWoken) == [CallWoken("ana", "101", 2)]
    assert caller.rung == [180]
    assert stage.of(CallRinging) == []
    await stage.settle(WAIT_S - 1)
    browser = await comes(stage, "ana")
    assert stage.of(ScreenPop)[0].logins == ["ana"]
    await stage.settle(18)  # it rings as long as any device does
    browser.rings()
    browser.answers()
    await stage.settle()
    assert stage.hears(caller, browser)
    assert stage.of(CallAnswered)[0].login == "ana"
    assert pushes.over == [True]
    caller.hangs_up()
    await stage.settle()
    stage.nothing_is_left()


async def test_nobody_comes_and_the_voicemail_answers_after_the_wait(stage: Stage) -> None:
    pushes = with_pushes(stage, ana=1)
    caller = await stage.call_in(ANA)
    await stage.settle(WAIT_S - 0.5)
    assert not caller.is_up
    await stage.settle(1)
    assert caller.is_up
    assert pushes.over == [False]
    await stage.settle(20)
    caller.hangs_up()
    await stage.settle()
    assert stage.of(VoicemailRecorded)
    assert stage.ended.result == "voicemail"
    stage.nothing_is_left()


async def test_who_comes_too_late_or_has_no_browser_is_not_rung(stage: Stage) -> None:
    pushes = with_pushes(stage)
    caller = await stage.call_in(ANA)
    assert caller.is_up  # at once, as without pushes
    assert pushes.over == []
    assert await registers(stage, "ana") == []


async def test_the_desk_phone_rings_beside_and_its_answer_calls_the_browsers_off(stage: Stage) -> None:
    pushes = with_pushes(stage, ana=1)
    stage.phone("ana")
    caller = await stage.call_in(ANA)
    desk = stage.agent.to("101")
    desk.rings()
    browser = await comes(stage, "ana")
    browser.rings()
    desk.answers()
    await stage.settle()
    assert stage.hears(caller, desk)
    assert browser.is_over
    assert pushes.over == [True]


async def test_a_desk_phone_that_fails_does_not_end_the_wait_and_one_that_declines_does(stage: Stage) -> None:
    pushes = with_pushes(stage, ana=1)
    stage.phone("ana")
    caller = await stage.call_in(ANA)
    stage.agent.to("101").refuses(503)
    await stage.settle()
    assert not caller.is_up
    browser = await comes(stage, "ana")
    browser.rings()
    browser.refuses(603)
    await stage.settle()
    assert caller.is_up  # by the voicemail
    assert pushes.over == [False]


async def test_who_hangs_up_while_browsers_are_told_calls_them_off(stage: Stage) -> None:
    pushes = with_pushes(stage, ana=1)
    caller = await stage.call_in(ANA)
    caller.hangs_up()
    await stage.settle()
    assert pushes.over == [False]
    stage.nothing_is_left()


async def test_a_ring_group_waits_for_those_who_are_told(stage: Stage) -> None:
    pushes = with_pushes(stage, ana=1)
    caller = await stage.deliver(invite_from("102", "100"))
    caller.hangs_up()
    await stage.settle()
    caller = await stage.call_in(MAIN)
    stage.press(caller, "0")
    await stage.settle(3)
    assert pushes.told[-1][0] == ["admin", "ana"]
    browser = await comes(stage, "ana")
    browser.rings()
    browser.answers()
    await stage.settle()
    assert stage.hears(caller, browser)


async def test_with_a_wait_of_nothing_nobody_is_told(stage: Stage) -> None:
    pushes = with_pushes(stage, ana=1)
    rules = stage.company.agents.model_copy(update={"wake_s": 0})
    snapshot = Snapshot.of(stage.company.model_copy(update={"agents": rules}), Credentials("centralita", {}, {}))
    stage.house.snapshot = lambda: snapshot
    caller = await stage.call_in(ANA)
    assert caller.is_up
    assert pushes.told == []


# --- Queues and transfers ---------------------------------------------------------------------------------------------


async def asleep(stage: Stage, *logins: str) -> None:
    """Agents who are available, and have nothing but a browser that sleeps."""
    await Sleepers(stage.house).look()
    for login in logins:
        stage.queues.set_agent(login, "available")


async def test_a_queue_wakes_an_agent_whose_only_device_sleeps(stage: Stage) -> None:
    pushes = with_pushes(stage, ana=1)
    await asleep(stage, "ana")
    assert stage.queues.agent("ana").reachable
    assert stage.queues.agent("ana").asleep
    caller = await stage.call_in(SALES)
    assert caller.is_up
    assert pushes.told == [(["ana"], CARMEN, "Carmen Ruiz")]
    await stage.settle(WAIT_S - 1)
    browser = await comes(stage, "ana")
    assert stage.of(ScreenPop)[0].queue == "sales"
    browser.rings()
    await stage.settle(10)
    browser.answers()
    await stage.settle()
    assert stage.hears(caller, browser)
    assert (pushes.over, pushes.called_off) == ([True], ["ana"])
    assert stage.queues.agent("ana").state == "talking"
    caller.hangs_up()
    await stage.settle()
    assert (stage.ended.queue, stage.ended.login, stage.ended.result) == ("sales", "ana", "answered")
    stage.nothing_is_left()


async def test_a_caller_of_a_queue_goes_on_to_the_next_when_a_browser_does_not_come(stage: Stage) -> None:
    pushes = with_pushes(stage, ana=1)
    await asleep(stage, "ana")
    caller = await stage.call_in(SALES)
    stage.phone("luis", available=True)
    await stage.settle(WAIT_S - 1)
    assert stage.agent.sent == []
    await stage.settle(2)
    luis = stage.agent.to("102")
    luis.rings()
    luis.answers()
    await stage.settle()
    assert stage.hears(caller, luis)
    assert (pushes.over, pushes.called_off) == ([False], ["ana"])


async def test_an_office_that_is_started_again_loses_nobody_and_one_that_stays_away_does(stage: Stage) -> None:
    pushes = with_pushes(stage, ana=1)
    sleepers = Sleepers(stage.house)
    await sleepers.look()
    pushes.is_away = True
    for _ in range(BELIEVED - 1):
        await sleepers.look()
    assert stage.queues.agent("ana").reachable
    await sleepers.look()
    assert not stage.queues.agent("ana").reachable
    pushes.is_away = False
    await sleepers.look()
    assert stage.queues.agent("ana").reachable


async def test_who_is_there_is_rung_and_nobody_is_woken(stage: Stage) -> None:
    pushes = with_pushes(stage, ana=1)
    await asleep(stage, "ana")
    stage.phone("luis", available=True)
    await stage.call_in(SALES)
    assert stage.agent.to("102")
    assert pushes.told == []


async def test_a_browser_that_the_push_service_has_forgotten_is_passed_over_at_once(stage: Stage) -> None:
    pushes = with_pushes(stage, ana=1)
    await asleep(stage, "ana")
    pushes.browsers.clear()
    caller = await stage.call_in(SALES)
    stage.phone("luis", available=True)
    await stage.settle()
    assert stage.agent.to("102")
    assert caller.is_up


@pytest.mark.parametrize("how", ["refer", "blind", "attended"])
async def test_a_transfer_waits_for_who_is_told(stage: Stage, how: str) -> None:
    pushes = with_pushes(stage, ana=1)
    await asleep(stage)
    stage.phone("luis")
    caller = await stage.deliver(invite_from("103", "102"))
    luis = await stage.talk(caller, "102")
    (call_id,) = stage.board.calls
    if how == "refer":
        luis.refers("101")
    else:
        stage.commands.transfer(call_id, "luis", "101", how)
    await stage.settle(WAIT_S - 2)
    assert pushes.told[-1] == (["ana"], "103", "Marta")
    if how == "refer":
        assert luis.notified == []
    browser = await comes(stage, "ana")
    browser.rings()
    browser.answers()
    await stage.settle()
    if how == "attended":
        assert stage.hears(luis, browser)
        stage.commands.transfer_complete(call_id)
        await stage.settle()
    assert stage.hears(caller, browser)
    assert luis.is_over
    assert pushes.over == [True]


async def test_a_call_that_waits_for_a_browser_is_picked_up_by_a_colleague(stage: Stage) -> None:
    pushes = with_pushes(stage, ana=1)
    caller = await stage.call_in(ANA)
    stage.phone("luis")
    luis = await stage.deliver(invite_from("102", "*8101"))
    assert stage.hears(caller, luis)
    assert pushes.over == [True]


# --- A page that is loaded anew ---------------------------------------------------------------------------------------


async def test_a_page_loaded_anew_while_it_rings_rings_on(stage: Stage) -> None:
    with_pushes(stage)
    stage.registrar.devices["101"] = [browser_of("ana", 1)]
    caller = await stage.call_in(ANA)
    first = stage.agent.to("101")
    first.rings()
    stage.registrar.devices["101"] = []
    first.refuses(503)
    await stage.settle(5)
    assert not caller.is_up
    second = await comes(stage, "ana")
    second.rings()
    second.answers()
    await stage.settle()
    assert stage.hears(caller, second)


async def test_a_page_that_does_not_come_back_leaves_the_caller_to_the_voicemail(stage: Stage) -> None:
    with_pushes(stage)
    stage.registrar.devices["101"] = [browser_of("ana", 1)]
    caller = await stage.call_in(ANA)
    stage.registrar.devices["101"] = []
    stage.agent.to("101").refuses(503)
    await stage.settle(LOADS_WITHIN_S - 1)
    assert not caller.is_up
    await stage.settle(2)
    assert caller.is_up


def browser_of(login: str, number: int) -> Target:
    target = device("101", login, number)
    return replace(target, hop=replace(target.hop, transport="ws"))
