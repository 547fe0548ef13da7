"""How an exchange stops: its calls finish, or stay for the next exchange."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import suppress

import structlog

from pbx.calls.switchboard import Switchboard

log = structlog.get_logger()

DRAIN_S = 30.0
HAND_OVER_S = 10.0
GOODBYE_S = 1.0


class Notice:
    """Whether the exchange is to end (SIGTERM, SIGINT), or to make way for the next one (SIGUSR1)."""

    def __init__(self) -> None:
        self._given = asyncio.Event()
        self.has_successor = False

    def listen(self) -> None:
        """From now on signals are heard, and those that have come before: the supervisor puts them on hold."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)
        loop.add_signal_handler(signal.SIGUSR1, self._make_way)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1))

    @property
    def is_given(self) -> bool:
        return self._given.is_set()

    async def given(self) -> None:
        """Return once it is."""
        await self._given.wait()

    def _end(self) -> None:
        """There will be no next exchange, whatever was wanted before."""
        self.has_successor = False
        self._given.set()

    def _make_way(self) -> None:
        if not self._given.is_set():
            self.has_successor = True
            self._given.set()


async def leave(board: Switchboard, notice: Notice) -> bool:
    """Let the calls finish, or settle; whether they are left to the next exchange: nothing is to be done about them."""
    if notice.has_successor:
        await settle_for_the_next(board, notice)
    if notice.has_successor:
        return True
    await drain(board)
    return False


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


async def settle_for_the_next(board: Switchboard, notice: Notice) -> None:
    """Who is on the way to somebody has a little time to get there: only who talks is handed over.

    Returns at once when there will be no next exchange.
    """
    log.info("handing_over", calls=len(board.calls), longest_s=HAND_OVER_S)
    ends = time.monotonic() + HAND_OVER_S
    while (  # noqa: ASYNC110 - nobody tells
        any(call.connection is None for call in board.calls.values())
        and time.monotonic() < ends
        and notice.has_successor
    ):
        await asyncio.sleep(0.1)
