"""Tasks that nobody awaits: what goes wrong in one is in the log, and what is to go on for ever goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

log = structlog.get_logger()

AGAIN_S = 1.0

_running: set[asyncio.Task[Any]] = set()  # the loop itself holds its tasks by weak references only


def beside(work: Coroutine[Any, Any, Any], task: str, **context: object) -> asyncio.Task[None]:
    """Run ``work`` beside everything else; should it fail, the log names the ``task`` and its ``context``."""

    async def watched() -> None:
        try:
            await work
        except Exception:  # nobody else would hear of it
            log.exception("task_failed", task=task, **context)

    return _started(watched(), task)


def for_ever(
    work: Callable[[], Awaitable[None]], task: str, again_s: float = AGAIN_S, **context: object
) -> asyncio.Task[None]:
    """Run ``work`` until it returns or is cancelled; when it fails, the log says so and it begins again."""

    async def watched() -> None:
        while True:
            try:
                return await work()
            except Exception:  # what it does is needed as long as the process lives
                log.exception("task_failed", task=task, again_in_s=again_s, **context)
                await asyncio.sleep(again_s)

    return _started(watched(), task)


def _started(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    task = asyncio.get_running_loop().create_task(work, name=name)
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task
