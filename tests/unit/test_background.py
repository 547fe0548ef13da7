"""Tasks that nobody awaits: a fault is said, with its context, and work for ever goes on."""

from __future__ import annotations

import asyncio
import gc

import structlog

from pbx.background import beside, for_ever


async def fails() -> None:
    raise LookupError("nothing there")


async def test_a_fault_is_in_the_log_with_what_it_was_about_and_goes_no_further() -> None:
    with structlog.testing.capture_logs() as said:
        await beside(fails(), "trunk_check", trunk="carrier")
    assert [(line["event"], line["task"], line["trunk"], line["log_level"]) for line in said] == [
        ("task_failed", "trunk_check", "carrier", "error")
    ]
    assert said[0]["exc_info"]


async def test_work_for_ever_begins_again_after_a_fault_and_ends_when_it_returns() -> None:
    times = 0

    async def work() -> None:
        nonlocal times
        times += 1
        if times < 3:
            await fails()

    with structlog.testing.capture_logs() as said:
        await for_ever(work, "waking", again_s=0.0)
    assert times == 3
    assert [line["event"] for line in said] == ["task_failed"] * 2


async def test_a_task_that_is_cancelled_ends_and_says_nothing() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.Event().wait()

    with structlog.testing.capture_logs() as said:
        task = for_ever(work, "waking")
        await begun.wait()
        task.cancel()
        await asyncio.wait({task})
    assert task.cancelled()
    assert said == []


async def test_a_task_that_nobody_holds_is_not_collected() -> None:
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def work() -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0.01, turn.set_result, None)
        await turn
        done.set_result(None)

    beside(work(), "short")
    await asyncio.sleep(0)
    gc.collect()
    async with asyncio.timeout(5):
        await done
