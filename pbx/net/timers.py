"""A wheel for every timer of the user agent, and one call of the loop for all that are due in the same tick.

A call has some forty deadlines, and most of them move or are cleared before they come. Each is kept in the slot of its
tick: to enter one costs the same with one dialog as with ten thousand, and the loop wakes at most once a tick.
"""

from __future__ import annotations

import heapq
from abc import ABC, abstractmethod
from math import ceil, inf

from pbx.net.clock import Clock, Handle

TICKS_PER_S = 100
"""Timers fire up to a hundredth of a second late, which no timer of SIP notices: the shortest is of 200 ms."""

_ROUNDING_S = 1e-6


class Timed(ABC):
    """Something with a deadline. ``scheduled`` belongs to Timers: the tick in whose slot it is."""

    scheduled: float = inf

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
        self._slots: dict[int, dict[Timed, None]] = {}
        self._ticks: list[int] = []  # a heap: those that have a slot
        self._armed: tuple[int, Handle] | None = None
        self._stopped = False

    def update(self, timed: Timed) -> None:
        """Its deadline may have changed."""
        deadline = timed.deadline
        if deadline is None or self._stopped:
            return
        tick = ceil((deadline - _ROUNDING_S) * TICKS_PER_S)
        if tick >= timed.scheduled:
            return
        if timed.scheduled != inf:
            self.forget(timed)
        timed.scheduled = tick
        slot = self._slots.get(tick)
        if slot is not None:
            slot[timed] = None
            return
        self._slots[tick] = {timed: None}
        heapq.heappush(self._ticks, tick)
        self._arm()

    def forget(self, timed: Timed) -> None:
        """It is over: it is not to be kept until a tick that may be half an hour away."""
        if timed.scheduled != inf:
            self._slots.get(int(timed.scheduled), {}).pop(timed, None)
            timed.scheduled = inf

    def stop(self) -> None:
        """Nothing fires any more."""
        self._stopped = True
        self._slots.clear()
        self._ticks.clear()
        if self._armed is not None:
            self._armed[1].cancel()
            self._armed = None

    def _arm(self) -> None:
        if not self._ticks:
            return
        tick = self._ticks[0]
        if self._armed is not None:
            if self._armed[0] <= tick:
                return
            self._armed[1].cancel()
        self._armed = tick, self._clock.call_at(tick / TICKS_PER_S, self._run)

    def _run(self) -> None:
        self._armed = None
        now = self._clock.time()
        try:
            while self._ticks and self._ticks[0] <= (now + _ROUNDING_S) * TICKS_PER_S:
                self._fire_slot(heapq.heappop(self._ticks), now)
        finally:
            self._arm()

    def _fire_slot(self, tick: int, now: float) -> None:
        slot = self._slots.pop(tick)
        try:
            while slot:
                timed = next(iter(slot))
                del slot[timed]
                if timed.scheduled == tick:
                    timed.scheduled = inf
                    deadline = timed.deadline
                    if deadline is not None and deadline <= now + 2 * _ROUNDING_S:
                        timed.fire(max(now, deadline))  # a deadline may be a rounding later than its tick
                    self.update(timed)
        finally:
            for left in slot:  # one has failed: the others are still due
                left.scheduled = inf
                self.update(left)
