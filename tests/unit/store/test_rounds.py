"""Work in rounds: what is said during one makes another at once, and who stops waits for nothing."""

from __future__ import annotations

import asyncio

import pytest

from store.rounds import Rounds, SteppedRounds

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


class Digging(SteppedRounds):
    """``holes`` says what each step does: how much it digs, or what stands in the way."""

    waits = "digging_waits"
    pause_s = LONG_S
    fault_pause_s = 0.001

    def __init__(self, *holes: int | Exception) -> None:
        super().__init__()
        self.holes = list(holes)

    async def step(self) -> int:
        hole = self.holes.pop(0)
        if not self.holes:
            self.stop()
        if isinstance(hole, Exception):
            raise hole
        return hole


async def test_a_round_goes_on_until_a_step_finds_nothing() -> None:
    digging = Digging(2, 3, 0, 7)
    assert await digging.round() == 5
    assert digging.holes == [7]


async def test_the_step_at_which_it_is_stopped_is_the_last_one() -> None:
    digging = Digging(2, 3)
    async with asyncio.timeout(10):
        await digging.run()
    assert digging.holes == []


async def test_what_is_away_is_asked_again() -> None:
    digging = Digging(ConnectionRefusedError("nobody is there"), 4, 0, OSError("full"), 0)
    begun = asyncio.create_task(digging.run())
    while len(digging.holes) > 2:  # it pauses after the round in which nothing was left
        await asyncio.sleep(0)
    digging.notify()
    async with asyncio.timeout(10):
        await begun
    assert digging.holes == []


async def test_a_fault_of_our_own_is_not_hidden() -> None:
    with pytest.raises(KeyError):
        await Digging(KeyError("ours"), 0).run()
