"""Answering machines, wrap-up, and what is asked again at the last moment, of the calls of a campaign."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from config.campaigns import CallingHours
from pbx.calls.side import Side
from pbx.events import CallEnded, CampaignAttempted
from pbx.exchange.campaigns.calling import CampaignCalling
from pbx.media.messages import AnswererJudged, AnswererListens
from tests.unit.calls.peers import Session
from tests.unit.exchange.stage import CARMEN, Stage
from tests.unit.exchange.test_campaigns import JUAN, RULES

HANG_UP = RULES.model_copy(update={"machines": "hang_up", "wrap_up_s": None})
LEAVE = RULES.model_copy(update={"machines": "leave_message", "message": {"es": "Le llamaremos", "en": "We will call"}})

Begin = Callable[..., None]


@pytest.fixture
async def begin(stage: Stage) -> AsyncIterator[Begin]:
    """Begins a campaign with these contacts."""
    calling = CampaignCalling(stage.house, stage.board.emit)
    stage.house.campaign_calling = calling

    def begins(*numbers: str, rules: object = RULES) -> None:
        change(stage, campaigns={"autumn": rules})
        stage.commands.campaign_add("autumn", [{"number": number, "name": ""} for number in numbers])
        stage.commands.campaign_state("autumn", "running", "sofia")

    yield begins
    await calling.stop()


def change(stage: Stage, **what: Any) -> None:
    now = replace(stage.house.snapshot(), **what)
    stage.house.snapshot = lambda: now


async def reached(stage: Stage, number: str = CARMEN) -> tuple[Session, Session]:
    """The agent and the contact, talking."""
    await stage.settle(2)
    agent = stage.agent.to("101")
    agent.answers()
    await stage.settle()
    contact = stage.agent.to(number)
    contact.rings()
    contact.answers()
    await stage.settle(1)
    assert stage.hears(agent, contact)
    return agent, contact


def results(stage: Stage) -> list[tuple[str, str | None, str, bool]]:
    return [(one.number, one.login, one.result, one.is_last) for one in stage.of(CampaignAttempted)]


async def test_a_machine_is_hung_up_on_and_the_agent_has_the_next_one_without_wrap_up(
    stage: Stage, begin: Begin
) -> None:
    stage.phone("ana", available=True)
    begin(CARMEN, rules=HANG_UP)
    _, contact = await reached(stage)
    stage.plane.on_event(AnswererJudged(stage.leg_of(contact), "machine", 3200, 2600))
    await stage.settle(1)
    assert results(stage) == [(CARMEN, "ana", "machine", True)]
    assert stage.queues.agent("ana").state == "available"
    stage.nothing_is_left()


async def test_a_person_stays_and_wrap_up_follows(stage: Stage, begin: Begin) -> None:
    stage.phone("ana", available=True)
    begin(CARMEN, rules=HANG_UP)
    _, contact = await reached(stage)
    stage.plane.on_event(AnswererJudged(stage.leg_of(contact), "human", 1500, 400))
    await stage.settle(8)
    contact.hangs_up()
    await stage.settle()
    assert results(stage) == [(CARMEN, "ana", "answered", True)]
    assert stage.queues.agent("ana").state == "wrap_up"
    await stage.settle(6)
    assert stage.queues.agent("ana").state == "available"


async def test_a_message_is_left_after_the_beep_while_the_agent_has_the_next_call(stage: Stage, begin: Begin) -> None:
    stage.phone("ana", available=True)
    begin(CARMEN, JUAN, rules=LEAVE)
    _, machine = await reached(stage)
    leg = stage.leg_of(machine)
    stage.plane.on_event(AnswererJudged(leg, "machine", 3200, 2600))
    await stage.settle(2)
    assert stage.agent.rung().count("101") == 2, "the agent is called for the next contact"
    assert leg not in stage.plane.playing
    stage.plane.on_event(AnswererListens(leg, "beep"))
    await stage.settle(2)
    assert results(stage) == [(CARMEN, "ana", "message_left", True)]
    (ended,) = stage.of(CallEnded)
    assert (ended.reason, ended.login) == ("message_left", "ana")


async def test_a_machine_whose_greeting_never_ends_is_left(stage: Stage, begin: Begin) -> None:
    stage.phone("ana", available=True)
    begin(CARMEN, rules=LEAVE)
    _, machine = await reached(stage)
    stage.plane.on_event(AnswererJudged(stage.leg_of(machine), "machine", 3200, 2600))
    await stage.settle(95)
    assert results(stage) == [(CARMEN, "ana", "machine", True)]
    stage.nothing_is_left()


async def test_an_agent_who_holds_knows_better(stage: Stage, begin: Begin) -> None:
    stage.phone("ana", available=True)
    begin(CARMEN, rules=HANG_UP)
    _, contact = await reached(stage)
    (call,) = stage.board.calls.values()
    assert call.connection is not None
    call.connection.hold.set(Side.CALLER, "api", True)
    stage.plane.on_event(AnswererJudged(stage.leg_of(contact), "machine", 3200, 2600))
    await stage.settle(1)
    assert results(stage) == [] and call.connection is not None


async def test_who_asks_not_to_be_called_while_the_agent_rings_is_not_called(stage: Stage, begin: Begin) -> None:
    stage.phone("ana", available=True)
    begin(CARMEN)
    await stage.settle(2)
    change(stage, do_not_call=frozenset((CARMEN,)))
    stage.agent.to("101").answers()
    await stage.settle(1)
    assert CARMEN not in stage.agent.rung()
    assert results(stage) == [(CARMEN, None, "do_not_call", True)]


async def test_hours_that_end_while_the_agent_rings_are_kept(stage: Stage, begin: Begin) -> None:
    stage.phone("ana", available=True)
    begin(CARMEN)
    await stage.settle(2)
    now = stage.board.clock()
    hour = int(now // 3600 + 12) % 24
    closed = CallingHours(weekdays=RULES.hours.weekdays, from_hour=hour, to_hour=hour + 1)
    change(stage, campaigns={"autumn": RULES.model_copy(update={"hours": closed})})
    stage.agent.to("101").answers()
    await stage.settle(1)
    assert CARMEN not in stage.agent.rung() and results(stage) == []
    assert stage.house.campaigns.of("autumn").open == 1
