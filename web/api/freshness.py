"""The log is a moment behind what people see: nobody who asks about a call that has just begun hears of none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from web.api.operation import Ask

BEHIND_S = 1.0  # the database takes what happens several times a second
LOOK_AGAIN_S = 0.05

T = TypeVar("T")


async def once_logged(ask: Ask, call_id: str, look: Callable[[], Awaitable[T | None]]) -> T | None:
    """What ``look`` finds in the log about a call; looked for again for a second where the viewer takes part in it.

    Who sees everybody's calls is given that second for any call that events have told of.
    """
    loop = asyncio.get_running_loop()
    ends = loop.time() + BEHIND_S
    while (found := await look()) is None:
        participants = ask.office.hub.participants.of(call_id)
        is_theirs = ask.viewer.login in participants or (ask.viewer.sees_all and bool(participants))
        if not is_theirs or loop.time() >= ends:
            return None
        await asyncio.sleep(LOOK_AGAIN_S)
    return found
