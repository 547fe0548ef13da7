"""One queue's waiting line: who waits, in which order, whom they wait for, and how long the wait will be."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from config.company import Queue

OrderKey = tuple[float, float]
Entry = tuple[OrderKey, str]

ANYONE = 11
"""A level that every member meets, those without the skill too."""

_SAMPLES = 50
_ENOUGH_SAMPLES = 3


class Wish(NamedTuple):
    """Who may be rung for a caller now: only ``login``, or ("") members whose worst skill level is at most ``level``"""

    login: str
    level: int


NO_WISH = Wish("", ANYONE)


class Member(NamedTuple):
    """An agent in one queue. ``rank``: sum of the skill levels asked for, ``worst``: the highest of them."""

    place: int
    rank: int
    worst: int
    penalty: int


@dataclass(slots=True)
class Caller:
    """A caller in a line. ``offers``: the agents who ring now, and since when; ``tried``: offers in vain by agent.

    ``preferred``: agents still to be waited for, ``sticky_until`` for the first of them; ``spared``: came back from
    where an overflow had led, and is not sent away again before the longest wait; ``stays``: never overflows (a
    callback, which nobody hears waiting). ``order``: less is sooner.
    """

    call_id: str
    queue: str
    priority: int
    joined_at: float
    entered_at: float
    number: int
    preferred: tuple[str, ...] = ()
    spared: bool = False
    stays: bool = False
    order: OrderKey = (0.0, 0.0)
    moved: bool = False
    wish: Wish = NO_WISH
    sticky_until: float | None = None
    offers: dict[str, float] = field(default_factory=dict)
    ringing: set[str] = field(default_factory=set)
    tried: dict[str, int] = field(default_factory=dict)
    overflow_due: bool = False


class Line:
    """The callers of one queue, its members who could serve them, and the measured handling times."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.members: dict[str, Member] = {}
        self.idle: set[str] = set()
        self.last = -1
        self.is_open = True
        self._waiting: list[Entry] = []
        self._unserved: dict[Wish, list[Entry]] = {}
        self._handling: deque[float] = deque(maxlen=_SAMPLES)
        self.configure(queue)

    def configure(self, queue: Queue) -> None:
        """Take a changed queue. The order of who waits is the owner's to renew (``reorder``)."""
        self.queue = queue
        self.members = {
            member.login: Member(place, *_levels(member.skills, queue.skills), member.penalty)
            for place, member in enumerate(queue.members)
        }

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def call_ids(self) -> list[str]:
        """Everyone who waits, in order."""
        return [call_id for _, call_id in self._waiting]

    def unserved(self) -> list[str]:
        """Those for whom nobody rings, in order."""
        return [call_id for _, call_id in sorted(entry for entries in self._unserved.values() for entry in entries)]

    # --- Order --------------------------------------------------------------------------------------------------------

    def key(self, caller: Caller) -> OrderKey:
        """When the wait counts from, a head start by priority included, then who came first.

        A level of priority is worth a fixed time of waiting, so everybody's turn comes, and the order between two
        callers never changes while they wait.
        """
        return caller.joined_at - caller.priority * self.queue.priority_worth_s, float(caller.number)

    def join(self, caller: Caller) -> None:
        caller.order = self.key(caller)
        insort(self._waiting, (caller.order, caller.call_id))
        self.want(caller)

    def leave(self, caller: Caller) -> None:
        _remove(self._waiting, caller)
        self.served(caller)

    def reorder(self, callers: list[Caller]) -> None:
        """Take the line's order anew; who was moved by hand keeps that place's key."""
        for caller in callers:
            if not caller.moved:
                caller.order = self.key(caller)
        self._waiting = sorted((caller.order, caller.call_id) for caller in callers)
        self._unserved = {}
        for caller in callers:
            if not caller.offers:
                self.want(caller)

    def move(self, caller: Caller, position: int) -> None:
        """Put a caller at ``position`` (from 1) in the line; beyond the end: last."""
        wanted = bool(self._of(caller))
        self.leave(caller)
        index = min(max(position, 1) - 1, len(self._waiting))
        before = self._waiting[index - 1][0] if index else None
        after = self._waiting[index][0] if index < len(self._waiting) else None
        caller.order, caller.moved = _between(before, after, caller.order), True
        insort(self._waiting, (caller.order, caller.call_id))
        if wanted:
            self.want(caller)

    def position(self, caller: Caller) -> int:
        """Place in the line, from 1."""
        return bisect_left(self._waiting, (caller.order, caller.call_id)) + 1

    # --- Who is to be served ------------------------------------------------------------------------------------------

    def want(self, caller: Caller) -> None:
        """Nobody rings for the caller (any more)."""
        if not self._of(caller):
            insort(self._unserved.setdefault(caller.wish, []), (caller.order, caller.call_id))

    def served(self, caller: Caller) -> None:
        """The caller rings at an agent, or has gone: the next one is first to be served."""
        entries = self._unserved.get(caller.wish)
        if entries is not None:
            _remove(entries, caller)
            if not entries:
                del self._unserved[caller.wish]

    def wish(self, caller: Caller, wish: Wish) -> None:
        """The caller accepts others from now on."""
        wanted = self._of(caller)
        if wanted:
            self.served(caller)
        caller.wish = wish
        if wanted:
            self.want(caller)

    def wishing(self) -> Iterator[tuple[str, list[str]]]:
        """Each agent whom somebody waits for, and who does."""
        for wish, entries in list(self._unserved.items()):
            if wish.login:
                yield wish.login, [call_id for _, call_id in entries]

    @property
    def head(self) -> Entry | None:
        """The first caller for whom nobody rings and somebody free may be rung."""
        best: Entry | None = None
        if self.idle:
            for wish, entries in self._unserved.items():
                if (best is None or entries[0] < best) and self.fitting(wish, one=True):
                    best = entries[0]
        return best

    def fitting(self, wish: Wish, *, one: bool = False) -> list[str]:
        """Who is free and may be rung for ``wish``; ``one``: whether anybody is."""
        if wish.login:
            return [wish.login] if wish.login in self.idle else []
        found = []
        for login in self.idle:
            if self.members[login].worst <= wish.level:
                found.append(login)
                if one:
                    break
        return found

    def level_at(self, entered_at: float, now: float) -> tuple[int, float | None]:
        """The worst level that who came at ``entered_at`` accepts now, and when that changes next."""
        if not self.queue.skills:
            return ANYONE, None
        level, next_at = self.queue.skill_level, None
        for step in self.queue.relaxation:
            at = entered_at + step.after_s
            if at <= now:
                level = max(level, step.level or ANYONE)
            elif next_at is None or at < next_at:
                next_at = at
        return level, next_at

    # --- How long it takes --------------------------------------------------------------------------------------------

    def handled(self, seconds: float) -> None:
        """An agent was engaged with one call of this queue for so long: ringing, talking, wrap-up."""
        self._handling.append(seconds)

    def expected_wait_s(self, position: int, agents_on_duty: int) -> float | None:
        """How long the caller at ``position`` will wait, from the mean of the last handling times; or None."""
        if agents_on_duty < 1 or len(self._handling) < _ENOUGH_SAMPLES:
            return None
        return position * (sum(self._handling) / len(self._handling)) / agents_on_duty

    def _of(self, caller: Caller) -> bool:
        entries = self._unserved.get(caller.wish, [])
        at = bisect_left(entries, (caller.order, caller.call_id))
        return at < len(entries) and entries[at][1] == caller.call_id


def _levels(skills: dict[str, int], asked: tuple[str, ...]) -> tuple[int, int]:
    levels = [skills.get(skill, ANYONE) for skill in asked]
    return sum(levels), max(levels, default=0)


def _between(before: OrderKey | None, after: OrderKey | None, own: OrderKey) -> OrderKey:
    if before is None and after is None:
        return own
    if before is None:
        assert after is not None
        return after[0], after[1] - 1.0
    if after is None:
        return before[0], before[1] + 1.0
    if before[0] == after[0]:
        return before[0], (before[1] + after[1]) / 2
    return before[0], before[1] + 1.0


def _remove(entries: list[Entry], caller: Caller) -> None:
    at = bisect_left(entries, (caller.order, caller.call_id))
    if at < len(entries) and entries[at][1] == caller.call_id:
        del entries[at]
