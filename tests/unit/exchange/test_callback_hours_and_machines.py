"""Callbacks at the edges: a machine answers, the hour passes while they wait, somebody sets the clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from config.queueing import CallbackRules
from pbx.events import CallbackAttempted, CallbackEnded, QueueJoined
from pbx.exchange.callbacks.calling import Calling
from pbx.media.messages import AnswererJudged, AnswererListens
from tests.unit.calls.peers import Session
from tests.unit.exchange.stage import CARMEN, Stage
from tests.unit.exchange.test_callbacks import change_rules

HOUR_S = 3600.0


@pytest.fixture
async def calling(stage: Stage) -> AsyncIterator[Calling]:
    calling = Calling(stage.house)
    yield calling
    await calling.stop()


def asked(stage: Stage, at: float | None = None, **rules: Any) -> None:
    """Somebody of the company wants Carmen called back by ``sales``, under these rules."""
    change_rules(stage, CallbackRules(**rules))
    stage.commands.callback_add("sales", CARMEN, "sofia", at, None)


async def called(stage: Stage) -> Session:
    """The customer's telephone has been answered."""
    customer = stage.agent.to(CARMEN)
    customer.rings()
    customer.answers()
    await stage.settle(0.5)
    return customer


async def both_on_the_line(stage: Stage) -> tuple[Session, Session]:
    """Ana, whom the queue has chosen, and the customer."""
    await stage.settle()
    agent = stage.agent.to("101")
    agent.answers()
    await stage.settle(3)
    return agent, await called(stage)


def judged(stage: Stage, customer: Session, verdict: Any) -> None:
    stage.plane.on_event(AnswererJudged(stage.leg_of(customer), verdict, 3200, 2600))


def attempts(stage: Stage) -> list[tuple[int, str]]:
    return [(one.attempt, one.result) for one in stage.of(CallbackAttempted)]


async def test_a_machine_is_no_customer_and_leaves_the_agent_without_wrap_up(stage: Stage, calling: Calling) -> None:
    asked(stage, machines="hang_up", attempts=2, retry_s=60)
    stage.phone("ana", available=True)
    agent, customer = await both_on_the_line(stage)
    assert stage.hears(agent, customer)
    judged(stage, customer, "machine")
    await stage.settle()
    assert agent.is_over and customer.is_over
    assert attempts(stage) == [(1, "machine")]
    assert stage.queues.agent("ana").state == "available"
    await stage.settle(61)
    agent, customer = await both_on_the_line(stage)
    judged(stage, customer, "human")
    await stage.settle(5)
    assert stage.hears(agent, customer)
    customer.hangs_up()
    await stage.settle()
    assert attempts(stage) == [(1, "machine"), (2, "answered")]
    assert [one.result for one in stage.of(CallbackEnded)] == ["reached"]
    assert stage.queues.agent("ana").state == "wrap_up"
    stage.nothing_is_left()


async def test_the_last_attempt_alone_leaves_a_message_while_the_agent_is_free_already(
    stage: Stage, calling: Calling
) -> None:
    asked(stage, machines="leave_message", message={"es": "Le hemos llamado"}, attempts=2, retry_s=60)
    stage.phone("ana", available=True)
    _, customer = await both_on_the_line(stage)
    judged(stage, customer, "machine")
    await stage.settle()
    assert customer.is_over
    await stage.settle(61)
    agent, customer = await both_on_the_line(stage)
    judged(stage, customer, "machine")
    await stage.settle()
    assert agent.is_over and not customer.is_over
    assert stage.queues.agent("ana").state == "available"
    stage.plane.on_event(AnswererListens(stage.leg_of(customer), "beep"))
    await stage.settle(5)
    assert customer.is_over
    assert attempts(stage) == [(1, "machine"), (2, "message_left")]
    (ended,) = stage.of(CallbackEnded)
    assert (ended.result, ended.cause) == ("failed", "message_left")
    stage.nothing_is_left()


async def test_no_agent_is_rung_for_a_machine_where_the_customer_is_called_first(
    stage: Stage, calling: Calling
) -> None:
    asked(stage, first="customer", machines="hang_up", attempts=1)
    stage.phone("ana", available=True)
    await stage.settle()
    customer = await called(stage)
    judged(stage, customer, "machine")
    await stage.settle(10)
    assert customer.is_over
    assert stage.agent.rung() == [CARMEN]
    assert stage.of(QueueJoined) == []
    (ended,) = stage.of(CallbackEnded)
    assert (ended.result, ended.cause) == ("failed", "machine")
    stage.nothing_is_left()


@pytest.mark.parametrize("verdict", ["human", "unknown", None])
async def test_whoever_is_no_machine_gets_an_agent(stage: Stage, calling: Calling, verdict: str | None) -> None:
    asked(stage, first="customer", machines="hang_up")
    stage.phone("ana", available=True)
    await stage.settle()
    customer = await called(stage)
    if verdict is not None:
        judged(stage, customer, verdict)
    await stage.settle(10)
    agent = await stage.talk(customer, "101")
    assert stage.hears(agent, customer)


async def test_a_callback_in_line_is_not_made_after_its_hours(stage: Stage, calling: Calling) -> None:
    asked(stage, from_hour=0, to_hour=2)  # time begins at one in the morning
    await stage.settle(10)
    assert [one.kind for one in stage.queues.queue("sales").callers] == ["callback"]
    await stage.settle(HOUR_S + 60)
    assert stage.queues.queue("sales").callers == ()
    stage.phone("ana", available=True)
    await stage.settle(HOUR_S)
    assert stage.agent.rung() == []
    await stage.settle(22 * HOUR_S)
    assert set(stage.agent.rung()) == {"101"}


async def test_a_callback_in_line_is_given_up_when_it_is_too_old(stage: Stage, calling: Calling) -> None:
    asked(stage, keep_s=600)
    await stage.settle(700)
    assert [one.result for one in stage.of(CallbackEnded)] == ["expired"]


async def test_the_hour_is_that_of_the_clock_even_when_it_is_set(stage: Stage, calling: Calling) -> None:
    now = stage.board.clock
    asked(stage, at=now() + 10 * HOUR_S)
    stage.phone("ana", available=True)
    await stage.settle(100)
    assert stage.agent.rung() == []
    stage.board.clock = lambda: asyncio.get_running_loop().time() + 10 * HOUR_S
    await stage.settle(61)
    assert set(stage.agent.rung()) == {"101"}
