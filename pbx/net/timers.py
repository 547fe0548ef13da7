"""One heap for every timer of the user agent, and one call of the loop for all of them."""

from __future__ import annotations

import heapq
from abc import ABC, abstractmethod
from itertools import count
from math import inf

from pbx.net.clock import Clock, Handle


class Timed(ABC):
    """Something with a deadline. ``scheduled`` belongs to Timers."""

    scheduled = inf

    @property
    @abstractmethod
    def deadline(self) -> float | None:
        """When ``fire`` is due; None: never."""

    @abstractmethod
    def fire(self, now: float) -> None:
        """The deadline has come; ``now`` is at or after it."""


class Timers:
    """Keeps the deadlines of many Timed. A deadline that moves later costs nothing until the old one comes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[float, int, Timed]] = []
        self._order = count()
        self._armed: tuple[float, Handle] | None = None
        self._stopped = False

    def update(self, timed: Timed) -> None:
        """Its deadline may have changed."""
        deadline = timed.deadline
        if deadline is None or deadline >= timed.scheduled or self._stopped:
            return
        timed.scheduled = deadline
        heapq.heappush(self._heap, (deadline, next(self._order), timed))
        self._arm()

    def stop(self) -> None:
        """Nothing fires any more."""
        self._stopped = True
        self._heap.clear()
        if self._armed is not None:
            self._armed[1].cancel()
            self._armed = None

    def _arm(self) -> None:
        if not self._heap:
            return
        at = self._heap[0][0]
        if self._armed is not None:
            if self._armed[0] <= at:
                return
            self._armed[1].cancel()
        self._armed = at, self._clock.call_at(at, self._run)

    def _run(self) -> None:
        self._armed = None
        try:
            self._fire_due(self._clock.time())
        finally:
            self._arm()

    def _fire_due(self, now: float) -> None:
        while self._heap and self._heap[0][0] <= now:
            at, _, timed = heapq.heappop(self._heap)
            if at != timed.scheduled:
                continue
            timed.scheduled = inf
            deadline = timed.deadline
            if deadline is not None and deadline <= now:
                timed.fire(now)
            self.update(timed)
