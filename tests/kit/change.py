"""Waiting for something that is told of when it changes."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

from tests.kit.errors import NothingCameError


class Change:
    """``tell()`` when something has changed; ``until`` looks again each time."""

    def __init__(self) -> None:
        self._told = asyncio.Event()

    def tell(self) -> None:
        """Something has changed."""
        self._told.set()

    async def until(self, condition: Callable[[], bool], timeout: float, what: Callable[[], str]) -> None:
        """Wait until ``condition`` holds. Raises NothingCameError with what ``what`` says by then."""
        deadline = time.monotonic() + timeout
        while not condition():
            self._told.clear()
            left = deadline - time.monotonic()
            if left <= 0:
                raise NothingCameError(f"within {timeout} s: {what()}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), left)
