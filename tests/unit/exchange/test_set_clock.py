"""The clock is set while people wait, talk and are registered: everything lasts as long as it lasts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from structlog.testing import capture_logs

from pbx.exchange.set_clock import SetClock, steady_clock
from tests.unit.exchange.stage import SALES, Stage

Sets = Callable[[float], None]


@pytest.fixture
async def sets(stage: Stage) -> AsyncIterator[Sets]:
    """Sets the clock of the house by so many seconds."""
    loop, ahead = asyncio.get_running_loop(), [0.0]
    stage.board.clock = lambda: loop.time() + ahead[0]
    task = asyncio.ensure_future(SetClock(stage.board).run())

    def by(seconds: float) -> None:
        ahead[0] += seconds

    yield by
    task.cancel()


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0])
async def test_a_call_has_waited_and_talked_as_long_as_it_has(stage: Stage, sets: Sets, jump_s: float) -> None:
    await stage.settle(7200)
    caller = await stage.call_in(SALES)
    await stage.settle(20)
    with capture_logs() as logs:
        sets(jump_s)
        await stage.settle(2)
    assert [one["by_s"] for one in logs if one["event"] == "clock_changed"] == [jump_s]
    stage.phone("ana", available=True)
    await stage.settle()
    agent = await stage.talk(caller, "101")
    await stage.settle(5)
    sets(jump_s / 2)
    await stage.settle(5)
    caller.hangs_up()
    await stage.settle()
    assert agent.is_over
    assert stage.ended.wait_s == pytest.approx(22, abs=2)
    assert stage.ended.talk_s == pytest.approx(10, abs=1)
    assert stage.ended.answered_at == pytest.approx(stage.board.clock() - 10, abs=1)


def test_a_steady_clock_goes_on_from_where_it_began() -> None:
    wall, elapsed = [1000.0], [5.0]
    clock = steady_clock(lambda: wall[0], lambda: elapsed[0])
    wall[0], elapsed[0] = 4600.0, 15.0
    assert clock() == 1010.0
