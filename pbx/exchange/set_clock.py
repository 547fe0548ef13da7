"""A clock that is set while people talk: it is followed and said, and nobody's time is counted wrong.

What lasts (a wait, a registration) goes by a clock that nobody sets; what is due at a time, by that on the wall.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog

from pbx.calls.call import Call
from pbx.calls.switchboard import Switchboard

LOOK_S = 1.0
CLOCK_JUMP_S = 2.0

log = structlog.get_logger()


def steady_clock(
    wall: Callable[[], float] = time.time, elapsed: Callable[[], float] = time.monotonic
) -> Callable[[], float]:
    """Epoch seconds as they are now, counted on from here whatever becomes of ``wall``."""
    ahead = wall() - elapsed()
    return lambda: ahead + elapsed()


class SetClock:
    """Looks every second whether the clock of the house has been set."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    async def run(self) -> None:
        """Until cancelled."""
        board, elapsed = self._board, asyncio.get_running_loop().time
        ahead = board.clock() - elapsed()
        while True:
            await asyncio.sleep(LOOK_S)
            jumped_s = board.clock() - elapsed() - ahead
            if abs(jumped_s) < CLOCK_JUMP_S:
                continue
            ahead += jumped_s
            log.warning("clock_changed", by_s=round(jumped_s, 3))
            for call in board.calls.values():
                _reckon_anew(call, jumped_s)


def _reckon_anew(call: Call, by_s: float) -> None:
    """When everything of a live call has been, by the new time: so its wait and its talk are as long as they were."""
    call.ledger.clock_set(by_s)
    if call.waiting_since is not None:
        call.waiting_since += by_s
