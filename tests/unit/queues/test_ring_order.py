"""Offers of one line ring in order; none waits for long, and other lines do not wait at all."""

from __future__ import annotations

import asyncio

import pytest

from pbx.queues import ring_order
from pbx.queues.ring_order import RingOrder


async def test_who_is_ready_first_rings_after_who_was_offered_first() -> None:
    order, rang = RingOrder(), []
    turns = [order.take("sales") for _ in range(3)]
    ready = [asyncio.Event() for _ in turns]

    async def ring(index: int) -> None:
        await ready[index].wait()
        await turns[index].come()
        rang.append(index)
        turns[index].over()

    ringing = [asyncio.create_task(ring(index)) for index in range(3)]
    for event in reversed(ready):
        event.set()
        await asyncio.sleep(0)
    await asyncio.gather(*ringing)
    assert rang == [0, 1, 2]


async def test_another_line_does_not_wait() -> None:
    order = RingOrder()
    order.take("sales")
    await asyncio.wait_for(order.take("support").come(), 1)


async def test_an_offer_that_never_rings_holds_nobody_up_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ring_order, "LONGEST_S", 0.01)
    order = RingOrder()
    order.take("sales")
    await asyncio.wait_for(order.take("sales").come(), 1)


async def test_a_cancelled_offer_lets_the_next_one_ring() -> None:
    order = RingOrder()
    order.take("sales").over()
    turn = order.take("sales")
    turn.over()
    turn.over()
    await asyncio.wait_for(order.take("sales").come(), 1)
