"""The queues on a loop: turns for callers, events for everyone else, one timer."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from random import Random

import pytest

from pbx.events import AgentStateChanged, Body, QueueJoined, QueueLeft
from pbx.queues import (
    AgentStateError,
    AlreadyWaitingError,
    Announce,
    Offer,
    Overflow,
    Queues,
    UnknownAgentError,
    UnknownQueueError,
    Withdraw,
)
from tests.unit.queues.companies import BOX, company, queue


class Exchange:
    """Queues with a clock of their own; ``passes`` moves it and lets the timer come."""

    def __init__(self) -> None:
        self.now = 100.0
        self.events: list[tuple[Body, str | None]] = []
        self.company = company(
            queue("sales", "ana", "luis", wrap_up_s=5, announce_position_s=30, title="Ventas"), queue("support", "luis")
        )
        self.queues = Queues(
            self.company,
            emit=self._emit,
            rng=Random(1),
            clock=lambda: self.now,
            wall=lambda: 1_800_000_000.0 + self.now,
        )

    def _emit(self, body: Body, call_id: str | None) -> None:
        self.events.append((body, call_id))

    def passes(self, seconds: float) -> None:
        self.now += seconds
        self.queues._time_passed()

    def said(self, kind: type[Body]) -> list[Body]:
        return [body for body, _ in self.events if isinstance(body, kind)]


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    made = Exchange()
    yield made
    made.queues.stop()


async def test_a_caller_from_joining_to_the_end_of_wrap_up(exchange: Exchange) -> None:
    queues = exchange.queues
    queues.reachable("ana", True)
    queues.set_agent("ana", "available")
    with queues.join("c1", "sales") as place:
        assert await place.next() == Offer("ana", 15.0)
        exchange.passes(3)
        assert place.answered("ana")
        assert place.position is None
    exchange.passes(60)
    queues.call_over("c1", "ana")
    status = queues.agent("ana")
    assert (status.state, status.until) == ("wrap_up", 1_800_000_000.0 + exchange.now + 5)
    exchange.passes(5)
    assert queues.agent("ana").state == "available"
    assert exchange.said(QueueJoined) == [QueueJoined("sales", 1)]
    assert exchange.said(QueueLeft) == [QueueLeft("sales", "answered", 3.0, "ana")]
    states = [body.state for body in exchange.said(AgentStateChanged) if isinstance(body, AgentStateChanged)]
    assert states == ["available", "ringing", "talking", "wrap_up", "available"]
    assert [call for body, call in exchange.events if isinstance(body, AgentStateChanged)] == [
        None,
        "c1",
        "c1",
        "c1",
        None,
    ]


async def test_leaving_the_block_gives_the_place_up_whatever_ends_it(exchange: Exchange) -> None:
    with pytest.raises(asyncio.CancelledError), exchange.queues.join("c1", "sales"):
        raise asyncio.CancelledError
    assert exchange.said(QueueLeft) == [QueueLeft("sales", "abandoned", 0.0)]
    assert exchange.queues.queue("sales").waiting == 0


async def test_a_callback_is_another_cause_to_leave(exchange: Exchange) -> None:
    with exchange.queues.join("c1", "sales") as place:
        place.leave("callback")
    assert exchange.said(QueueLeft) == [QueueLeft("sales", "callback", 0.0)]


async def test_turns_come_in_order_and_an_overflow_is_the_last(exchange: Exchange) -> None:
    with exchange.queues.join("c1", "sales") as place:
        exchange.passes(30)
        assert await place.next() == Announce(1, None)
        exchange.queues.reachable("ana", True)
        exchange.queues.set_agent("ana", "available")
        assert await place.next() == Offer("ana", 15.0)
        exchange.passes(15)
        assert await place.next() == Withdraw("ana", "no_answer")
        exchange.queues.set_agent("ana", "offline")
        exchange.passes(75)
        assert isinstance(await place.next(), Announce)
        assert await place.next() == Overflow(BOX, "max_wait")
    assert len(exchange.said(QueueLeft)) == 1


async def test_an_answer_that_comes_too_late_is_refused(exchange: Exchange) -> None:
    exchange.queues.reachable("ana", True)
    exchange.queues.set_agent("ana", "available")
    with exchange.queues.join("c1", "sales") as place:
        exchange.passes(15)
        assert not place.answered("ana")
        assert not exchange.queues.answered("nobody", "ana")


async def test_what_is_set_during_a_call_is_shown_and_applies_afterwards(exchange: Exchange) -> None:
    exchange.queues.busy("ana", "d1")
    status = exchange.queues.set_agent("ana", "break", "lunch")
    assert (status.state, status.next_state, status.call_id) == ("talking", "break", "d1")
    exchange.queues.free("ana", "d1")
    assert (exchange.queues.agent("ana").state, exchange.queues.agent("ana").reason) == ("break", "lunch")


async def test_the_code_toggles_between_available_and_offline(exchange: Exchange) -> None:
    assert exchange.queues.toggle("ana").state == "available"
    assert exchange.queues.toggle("ana").state == "offline"
    exchange.queues.set_agent("ana", "break")
    assert exchange.queues.toggle("ana").state == "available"
    exchange.queues.busy("ana", "d1")
    assert exchange.queues.toggle("ana").next_state == "offline"


async def test_what_cannot_be_is_refused_with_what_is_allowed(exchange: Exchange) -> None:
    with pytest.raises(AgentStateError, match="allowed: available, break, offline"):
        exchange.queues.set_agent("ana", "talking")
    with pytest.raises(UnknownAgentError):
        exchange.queues.set_agent("nobody", "available")
    with pytest.raises(UnknownQueueError, match="allowed: sales, support"):
        exchange.queues.join("c1", "nowhere")
    with exchange.queues.join("c1", "sales"), pytest.raises(AlreadyWaitingError):
        exchange.queues.join("c1", "support")


async def test_the_floor_shows_queues_and_agents(exchange: Exchange) -> None:
    with exchange.queues.join("c1", "sales"):
        exchange.passes(12)
        floor = exchange.queues.floor()
    sales = floor["queues"][0]
    assert (sales["name"], sales["title"], sales["waiting"], sales["longest_wait_s"]) == ("sales", "Ventas", 1, 12.0)
    assert sales["members"] == ["ana", "luis"]
    assert [agent["queues"] for agent in floor["agents"]] == [("sales",), ("sales", "support"), (), ()]


async def test_the_floor_is_told_again_only_when_something_has_changed(exchange: Exchange) -> None:
    queues = exchange.queues
    known = queues.floor()["revision"]
    assert queues.floor(known) == {"revision": known}
    queues.set_agent("ana", "break", "lunch")
    changed = queues.floor(known)
    assert changed["agents"][0]["state"] == "break"
    queues.configure(company(queue("support", "ana")))
    assert queues.floor(changed["revision"])["agents"][0]["queues"] == ("support",)
    assert "agents" in Queues(company(), emit=lambda *_: None, life="another").floor(queues.floor()["revision"])


async def test_a_subscriber_may_call_back_into_the_queues(exchange: Exchange) -> None:
    queues = exchange.queues
    queues.reachable("ana", True)

    def ring_busy(body: Body, call_id: str | None) -> None:
        if isinstance(body, AgentStateChanged) and body.state == "ringing" and call_id is not None:
            queues.offer_failed(call_id, "ana", "busy")

    queues._emit = ring_busy
    queues.set_agent("ana", "available")
    with queues.join("c1", "sales") as place:
        assert await place.next() == Offer("ana", 15.0)
        assert queues.agent("ana").state == "available"


async def test_an_event_that_cannot_be_put_on_the_stream_costs_no_turn(exchange: Exchange) -> None:
    queues = exchange.queues
    queues.reachable("ana", True)
    queues.set_agent("ana", "available")

    def refuse(body: Body, call_id: str | None) -> None:
        raise ValueError("not a document")

    queues._emit = refuse
    with queues.join("c1", "sales") as place:
        assert await place.next() == Offer("ana", 15.0)
        exchange.passes(15)
        assert await place.next() == Withdraw("ana", "no_answer")


async def test_the_loop_s_own_timer_wakes_the_engine() -> None:
    readings = itertools.count()
    told: list[Body] = []
    queues = Queues(
        company(queue("sales", "ana", max_wait_s=1)),
        emit=lambda body, _: told.append(body),
        clock=lambda: next(readings) * 0.3,
    )
    with queues.join("c1", "sales") as place:
        assert await asyncio.wait_for(place.next(), 10) == Overflow(BOX, "max_wait")
    queues.stop()


async def test_a_changed_company_is_followed(exchange: Exchange) -> None:
    exchange.queues.reachable("marta", True)
    exchange.queues.set_agent("marta", "available")
    with exchange.queues.join("c1", "sales") as place:
        exchange.queues.configure(company(queue("sales", "marta")))
        assert await place.next() == Offer("marta", 15.0)
    assert [status.name for status in exchange.queues.queues()] == ["sales"]
