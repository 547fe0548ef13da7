"""Connections on which no request is read yet: how long they may take, how many there may be.

Whoever sends a request octet by octet (slowloris), or opens connections and says nothing, holds a connection of the
page's port. Each has a bound in time, each source a share, and all together a bound.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

REQUEST_WITHIN_S = 10.0
MAX_WAITING = 1000
MAX_WAITING_PER_SOURCE = 100


@dataclass(frozen=True, slots=True)
class SlowClientLimits:
    """``request_within_s``: from the connection, or the first octet of a later request, to the end of its headers."""

    request_within_s: float = REQUEST_WITHIN_S
    waiting: int = MAX_WAITING
    waiting_per_source: int = MAX_WAITING_PER_SOURCE


class SlowClients:
    """Those whose request is awaited, by source."""

    def __init__(self, limits: SlowClientLimits = SlowClientLimits()) -> None:
        self.limits = limits
        self._waiting: Counter[str] = Counter()

    @property
    def waiting(self) -> int:
        """How many there are."""
        return self._waiting.total()

    def await_request(self, source: str, close: Callable[[], None]) -> Callable[[], None] | None:
        """``close`` is called when it takes too long; what comes back says that the request is there, or the connection
        gone. None: there are too many already."""
        if self.waiting >= self.limits.waiting or self._waiting[source] >= self.limits.waiting_per_source:
            return None
        self._waiting[source] += 1
        timer = asyncio.get_running_loop().call_later(self.limits.request_within_s, close)

        def over() -> None:
            if timer.cancelled():
                return
            timer.cancel()
            self._waiting[source] -= 1
            if not self._waiting[source]:
                del self._waiting[source]

        return over
