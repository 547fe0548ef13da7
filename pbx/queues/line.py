"""One queue's waiting line: who waits, in which order, and how long the wait will be."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass, field

from config.company import Queue

OrderKey = tuple[int, float, int]

_SAMPLES = 50
_ENOUGH_SAMPLES = 3


@dataclass(slots=True)
class Caller:
    """A caller in a line. ``offers``: the agents who ring now, and since when; ``tried``: offers in vain by agent."""

    call_id: str
    queue: str
    priority: int
    joined_at: float
    entered_at: float
    number: int
    offers: dict[str, float] = field(default_factory=dict)
    ringing: set[str] = field(default_factory=set)
    tried: dict[str, int] = field(default_factory=dict)
    overflow_due: bool = False

    @property
    def order(self) -> OrderKey:
        """Higher priority first, then who has waited longest, then who came first."""
        return -self.priority, self.joined_at, self.number


class Line:
    """The callers of one queue, its members who could serve them, and the measured handling times."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.members: dict[str, tuple[int, int, int]] = {}
        self.idle: set[str] = set()
        self.last = -1
        self._waiting: list[tuple[OrderKey, str]] = []
        self._unserved: list[tuple[OrderKey, str]] = []
        self._handling: deque[float] = deque(maxlen=_SAMPLES)
        self.configure(queue)

    def configure(self, queue: Queue) -> None:
        """Take a changed queue; members who lack a skill that the queue asks for are left out."""
        self.queue = queue
        self.members = {
            member.login: (place, sum(member.skills[skill] for skill in queue.skills), member.penalty)
            for place, member in enumerate(queue.members)
            if all(skill in member.skills for skill in queue.skills)
        }

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def call_ids(self) -> list[str]:
        """Everyone who waits, in order."""
        return [call_id for _, call_id in self._waiting]

    def join(self, caller: Caller) -> None:
        insort(self._waiting, (caller.order, caller.call_id))
        insort(self._unserved, (caller.order, caller.call_id))

    def leave(self, caller: Caller) -> None:
        _remove(self._waiting, caller)
        _remove(self._unserved, caller)

    def offered(self, caller: Caller) -> None:
        """The caller rings at an agent: the next one is first to be served."""
        _remove(self._unserved, caller)

    def unserved(self, caller: Caller) -> None:
        """Nobody rings for the caller any more."""
        if not self._holds(self._unserved, caller):
            insort(self._unserved, (caller.order, caller.call_id))

    @property
    def head(self) -> tuple[OrderKey, str] | None:
        """The first caller for whom nobody rings."""
        return self._unserved[0] if self._unserved else None

    def position(self, caller: Caller) -> int:
        """Place in the line, from 1."""
        return bisect_left(self._waiting, (caller.order, caller.call_id)) + 1

    def handled(self, seconds: float) -> None:
        """An agent was engaged with one call of this queue for so long: ringing, talking, wrap-up."""
        self._handling.append(seconds)

    def expected_wait_s(self, position: int, agents_on_duty: int) -> float | None:
        """How long the caller at ``position`` will wait, from the mean of the last handling times; or None."""
        if agents_on_duty < 1 or len(self._handling) < _ENOUGH_SAMPLES:
            return None
        return position * (sum(self._handling) / len(self._handling)) / agents_on_duty

    @staticmethod
    def _holds(entries: list[tuple[OrderKey, str]], caller: Caller) -> bool:
        at = bisect_left(entries, (caller.order, caller.call_id))
        return at < len(entries) and entries[at][1] == caller.call_id


def _remove(entries: list[tuple[OrderKey, str]], caller: Caller) -> None:
    at = bisect_left(entries, (caller.order, caller.call_id))
    if at < len(entries) and entries[at][1] == caller.call_id:
        del entries[at]
