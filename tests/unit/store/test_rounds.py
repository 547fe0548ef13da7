"""Work in rounds: what is said during one makes another at once, and who stops waits for nothing."""

from __future__ import annotations

import asyncio

import pytest

from store.rounds import Rounds

LONG_S = 3600.0


async def pauses(rounds: Rounds) -> bool:
    """Whether it goes on waiting."""
    pause = asyncio.create_task(rounds.pause(LONG_S))
    for _ in range(5):
        await asyncio.sleep(0)
    waits = not pause.done()
    pause.cancel()
    return waits


async def test_what_is_said_during_a_round_is_for_the_next_one() -> None:
    rounds = Rounds()
    rounds.notify()
    rounds.begin_round()
    assert await pauses(rounds)
    rounds.notify()
    assert not await pauses(rounds)
    rounds.begin_round()
    assert await pauses(rounds)


async def test_without_a_word_the_next_round_comes_in_time() -> None:
    rounds = Rounds()
    rounds.begin_round()
    async with asyncio.timeout(10):
        await rounds.pause(0.01)
    assert not rounds.is_over


@pytest.mark.parametrize("is_pausing", [True, False])
async def test_who_stops_waits_for_nothing(is_pausing: bool) -> None:
    rounds = Rounds()
    rounds.begin_round()
    pause = asyncio.create_task(rounds.pause(LONG_S)) if is_pausing else None
    await asyncio.sleep(0)
    rounds.stop()
    rounds.begin_round()
    async with asyncio.timeout(10):
        await (pause or rounds.pause(LONG_S))
    assert rounds.is_over
