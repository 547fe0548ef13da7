"""One reading for all who ask at once, and never of a moment before the question."""

from __future__ import annotations

import asyncio

import pytest

from web.api.shared_reading import SharedReading


class Source:
    """What is true, read when a test lets it be."""

    def __init__(self) -> None:
        self.value = 0
        self.reads = 0
        self.gate = asyncio.Event()

    async def read(self) -> int:
        self.reads += 1
        seen = self.value
        await self.gate.wait()
        if seen < 0:
            raise ValueError(seen)
        return seen


async def test_all_who_ask_at_once_share_one_reading() -> None:
    source = Source()
    shared = SharedReading(source.read)
    source.gate.set()
    assert await asyncio.gather(*(shared() for _ in range(20))) == [0] * 20
    assert source.reads == 1


async def test_who_asks_while_one_runs_is_shown_what_is_true_since() -> None:
    source = Source()
    shared = SharedReading(source.read)
    first = asyncio.create_task(shared())
    while not source.reads:
        await asyncio.sleep(0)
    source.value = 1
    later = [asyncio.create_task(shared()) for _ in range(5)]
    await asyncio.sleep(0)
    source.gate.set()
    assert await first == 0
    assert await asyncio.gather(*later) == [1] * 5
    assert source.reads == 2


async def test_a_reading_that_fails_fails_for_all_who_asked_and_for_nobody_after() -> None:
    source = Source()
    shared = SharedReading(source.read)
    source.value = -1
    source.gate.set()
    asked = await asyncio.gather(*(shared() for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in asked] == [ValueError] * 3
    source.value = 4
    assert await shared() == 4


async def test_one_who_goes_away_costs_the_others_nothing() -> None:
    source = Source()
    shared = SharedReading(source.read)
    leaving, staying = asyncio.create_task(shared()), asyncio.create_task(shared())
    while not source.reads:
        await asyncio.sleep(0)
    leaving.cancel()
    source.gate.set()
    assert await staying == 0
    with pytest.raises(asyncio.CancelledError):
        await leaving
