"""A campaign in the house: the agent first, then the contact, and what becomes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from config.campaigns import CallingHours, Campaign
from pbx.events import CallEnded, CampaignAttempted, CampaignOffered, CampaignState, CampaignWithdrawn
from pbx.exchange.campaigns.calling import CampaignCalling
from pbx.exchange.snapshot import Snapshot
from pbx.refusals import NotFoundError, WrongStateError
from tests.unit.exchange.stage import CARMEN, SALES, Stage

ALWAYS = CallingHours(weekdays=("mon", "tue", "wed", "thu", "fri", "sat", "sun"), from_hour=0, to_hour=24)
RULES = Campaign(name="autumn", queue="sales", hours=ALWAYS, caller_id=SALES, rest_s=0, wrap_up_s=0)
JUAN = "+34600222333"

Begin = Callable[..., None]


@pytest.fixture
async def begin(stage: Stage) -> AsyncIterator[Begin]:
    """Begins a campaign with these contacts."""
    calling = CampaignCalling(stage.house, stage.board.emit)
    stage.house.campaign_calling = calling

    def begins(*numbers: str, unwanted: tuple[str, ...] = (), rules: Campaign = RULES) -> None:
        before: Snapshot = stage.house.snapshot()
        now = replace(before, campaigns={rules.name: rules}, do_not_call=frozenset(unwanted))
        stage.house.snapshot = lambda: now
        stage.commands.campaign_add("autumn", [{"number": number, "name": ""} for number in numbers])
        stage.commands.campaign_state("autumn", "running", "sofia")

    yield begins
    await calling.stop()


def tried(stage: Stage) -> list[tuple[str, str | None, str]]:
    return [(one.number, one.login, one.result) for one in stage.of(CampaignAttempted)]


async def test_the_agent_is_on_the_line_before_the_contact_rings(stage: Stage, begin: Begin) -> None:
    stage.phone("ana", available=True)
    begin(CARMEN)
    await stage.settle(2)
    assert stage.queues.agent("ana").state == "ringing"
    agent = stage.agent.to("101")
    assert CARMEN not in stage.agent.rung()
    agent.rings()
    agent.answers()
    await stage.settle()
    contact = stage.agent.to(CARMEN)
    contact.rings()
    contact.answers()
    await stage.settle(10)
    assert stage.hears(agent, contact)
    contact.hangs_up()
    await stage.settle(2)
    (ended,) = stage.of(CallEnded)
    assert (ended.result, ended.queue, ended.login, ended.direction) == ("answered", "sales", "ana", "outbound")
    (attempt,) = stage.of(CampaignAttempted)
    assert (attempt.result, attempt.login, attempt.attempt, attempt.is_last) == ("answered", "ana", 1, True)
    assert attempt.talk_s >= 9
    assert [one.state for one in stage.of(CampaignState)] == ["running", "done"]
    assert stage.queues.agent("ana").state == "available"
    stage.nothing_is_left()


async def test_never_more_calls_than_free_agents_and_each_result_is_told(stage: Stage, begin: Begin) -> None:
    stage.phone("ana", available=True)
    stage.phone("luis", available=True)
    begin(CARMEN, JUAN, "+34600333444", "+34600555666", unwanted=("+34600333444",))
    await stage.settle(2)
    assert sorted(stage.agent.rung()) == ["101", "102"]
    for extension in ("101", "102"):
        stage.agent.to(extension).answers()
    await stage.settle()
    stage.agent.to(CARMEN).refuses(486)
    stage.agent.to(JUAN).rings()
    await stage.settle(RULES.ring_s + 2)
    assert {one[0]: one[2] for one in tried(stage)} == {
        CARMEN: "busy",
        JUAN: "no_answer",
        "+34600333444": "do_not_call",
    }
    (shown,) = stage.commands.campaigns()
    assert (shown["state"], shown["waiting"] + shown["calling"], shown["done"]) == ("running", 3, {"do_not_call": 1})


async def test_an_agent_who_does_not_answer_costs_the_contact_no_attempt(stage: Stage, begin: Begin) -> None:
    stage.phone("ana", available=True)
    begin(CARMEN)
    await stage.settle()
    stage.agent.to("101").refuses(486)
    await stage.settle(30)
    assert tried(stage) == [] and stage.agent.rung().count("101") == 1
    await stage.settle(35)
    assert stage.agent.rung().count("101") == 2
    assert stage.house.campaigns.of("autumn").contacts[0].attempts == 0


async def test_a_waiting_caller_comes_before_the_campaign(stage: Stage, begin: Begin) -> None:
    stage.phone("ana")
    await stage.call_in(SALES, number=JUAN)
    begin(CARMEN)
    stage.queues.set_agent("ana", "available")
    await stage.settle(3)
    assert stage.house.campaigns.of("autumn").calling == 0
    assert stage.queues.queue("sales").callers[0].ringing == ("ana",)


async def test_a_preview_is_shown_and_started_or_left_out(stage: Stage, begin: Begin) -> None:
    stage.phone("ana", available=True)
    begin(CARMEN, JUAN, rules=RULES.model_copy(update={"kind": "preview"}))
    await stage.settle()
    (offered,) = stage.of(CampaignOffered)
    assert (offered.login, offered.number) == ("ana", CARMEN)
    assert stage.agent.rung() == []
    shown = stage.commands.campaign_offer("ana")
    assert shown is not None and shown["number"] == CARMEN
    with pytest.raises(NotFoundError):
        stage.commands.campaign_decide(shown["id"], "luis", True)
    assert stage.commands.campaign_decide(shown["id"], "ana", False) == {"call_id": None}
    await stage.settle(2)
    shown = stage.commands.campaign_offer("ana")
    assert shown is not None and shown["number"] == JUAN
    started = stage.commands.campaign_decide(shown["id"], "ana", True)
    await stage.settle()
    stage.agent.to("101").answers()
    await stage.settle()
    stage.agent.to(JUAN).refuses(486)
    await stage.settle(2)
    assert tried(stage) == [(CARMEN, "ana", "skipped"), (JUAN, "ana", "busy")]
    assert started["call_id"]
    assert len(stage.of(CampaignWithdrawn)) == 2


async def test_paused_no_more_calls_are_made_and_an_empty_campaign_does_not_begin(stage: Stage, begin: Begin) -> None:
    begin(CARMEN)
    stage.commands.campaign_state("autumn", "paused", "sofia")
    stage.phone("ana", available=True)
    await stage.settle(3)
    assert stage.agent.rung() == []
    stage.commands.campaign_state("autumn", "stopped", "sofia")
    await stage.settle(2)
    assert [one[2] for one in tried(stage)] == ["withdrawn"]
    with pytest.raises(WrongStateError):
        stage.commands.campaign_state("autumn", "running", "sofia")


async def test_an_agent_who_gives_up_while_it_rings_is_free_and_the_contact_is_called_later(
    stage: Stage, begin: Begin
) -> None:
    stage.phone("ana", available=True)
    begin(CARMEN)
    await stage.settle()
    agent = stage.agent.to("101")
    agent.answers()
    await stage.settle()
    stage.agent.to(CARMEN).rings()
    agent.hangs_up()
    await stage.settle(2)
    assert tried(stage) == [(CARMEN, "ana", "cancelled")]
    assert stage.queues.agent("ana").state == "available"
    assert stage.house.campaigns.of("autumn").open == 1
    stage.nothing_is_left()
