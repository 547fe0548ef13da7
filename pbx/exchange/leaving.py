"""How an exchange stops: its calls finish, or stay for the next exchange."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import structlog

from pbx.calls.switchboard import Switchboard

log = structlog.get_logger()

DRAIN_S = 30.0
HAND_OVER_S = 10.0
GOODBYE_S = 1.0


async def drain(board: Switchboard) -> None:
    """Let the calls that run finish, 30 s at most; then BYE."""
    log.info("draining", calls=len(board.calls), longest_s=DRAIN_S)
    try:
        async with asyncio.timeout(DRAIN_S):
            await board.wait_empty()
    except TimeoutError:
        for call in list(board.calls.values()):
            call.leave("system", "shutdown", status=503)
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_S):
                await board.wait_empty()
    # BYEs are answered, and the last sound is filed, in a moment.
    with suppress(TimeoutError):
        async with asyncio.timeout(GOODBYE_S):
            await board.wait_settled()


async def settle_for_the_next(board: Switchboard) -> None:
    """Who is on the way to somebody has a little time to get there: only who talks is handed over."""
    log.info("handing_over", calls=len(board.calls), longest_s=HAND_OVER_S)
    ends = time.monotonic() + HAND_OVER_S
    while any(call.connection is None for call in board.calls.values()) and time.monotonic() < ends:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.1)
