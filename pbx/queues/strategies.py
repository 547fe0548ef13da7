"""Which agent gets the next call: one small function per strategy.

Each takes the agents who can be rung now (never empty), the one whom the queue rang last, and a source of random
numbers, and returns whom to ring: one, or several at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent who can be rung now, as one queue sees the agent.

    ``place``: index among the members; ``tried``: how often this caller was offered in vain; ``level``: sum of the
    skill levels that the queue asks for (less is better); ``idle_since``: None as long as the agent never took a call;
    ``asleep``: has to be woken first.
    """

    login: str
    extension: str
    place: int
    tried: int = 0
    level: int = 0
    penalty: int = 0
    idle_since: float | None = None
    calls: int = 0
    talk_s: float = 0.0
    asleep: bool = False


Strategy = Callable[[Sequence[Candidate], int, Random], list[Candidate]]


def longest_idle(candidates: Sequence[Candidate], last: int, rng: Random) -> list[Candidate]:
    """Who has waited longest since becoming available or since wrap-up; who never had a call first, by extension."""
    return [min(candidates, key=_idleness)]


def _idleness(candidate: Candidate) -> tuple[bool, float, int, str]:
    never = candidate.idle_since is None
    return not never, candidate.idle_since or 0.0, len(candidate.extension), candidate.extension


def round_robin(candidates: Sequence[Candidate], last: int, rng: Random) -> list[Candidate]:
    """The next member after the one rung last, in the order of the list, passing over who cannot be rung."""
    return [min(candidates, key=lambda candidate: (candidate.place <= last, candidate.place))]


def fewest_calls(candidates: Sequence[Candidate], last: int, rng: Random) -> list[Candidate]:
    """Who has taken the fewest queue calls; among equals the longest idle."""
    return [min(candidates, key=lambda candidate: (candidate.calls, _idleness(candidate)))]


def least_talk_time(candidates: Sequence[Candidate], last: int, rng: Random) -> list[Candidate]:
    """Who has talked least in queue calls; among equals the longest idle."""
    return [min(candidates, key=lambda candidate: (candidate.talk_s, _idleness(candidate)))]


def in_order(candidates: Sequence[Candidate], last: int, rng: Random) -> list[Candidate]:
    """The first of the list."""
    return [min(candidates, key=lambda candidate: candidate.place)]


def random(candidates: Sequence[Candidate], last: int, rng: Random) -> list[Candidate]:
    """Anyone, with equal chances."""
    return [rng.choice(candidates)]


def weighted(candidates: Sequence[Candidate], last: int, rng: Random) -> list[Candidate]:
    """Anyone, with chances that fall with the penalty: 1, 1/2, 1/3 … for penalties 0, 1, 2 …"""
    return rng.choices(candidates, weights=[1 / (1 + candidate.penalty) for candidate in candidates])


def ring_all(candidates: Sequence[Candidate], last: int, rng: Random) -> list[Candidate]:
    """Everyone at once."""
    return sorted(candidates, key=lambda candidate: candidate.place)


STRATEGIES: dict[str, Strategy] = {
    "longest_idle": longest_idle,
    "round_robin": round_robin,
    "fewest_calls": fewest_calls,
    "least_talk_time": least_talk_time,
    "in_order": in_order,
    "random": random,
    "weighted": weighted,
    "ring_all": ring_all,
}


def choose(name: str, candidates: Sequence[Candidate], last: int, rng: Random) -> list[Candidate]:
    """Whom to ring: the strategy decides among the agents whom this caller has tried least, best levels first.

    Trying others first keeps a caller from ringing at the same unattended phone again and again. Among agents who are
    as good for the caller, nobody has to be woken while somebody is there.
    """
    if name == "ring_all":
        tier = min((candidate.level, candidate.penalty) for candidate in candidates)
        best = [candidate for candidate in candidates if (candidate.level, candidate.penalty) == tier]
    elif name == "weighted":
        fewest = min((one.tried, one.level, one.asleep) for one in candidates)
        best = [one for one in candidates if (one.tried, one.level, one.asleep) == fewest]
    else:
        first = min((one.tried, one.level, one.penalty, one.asleep) for one in candidates)
        best = [one for one in candidates if (one.tried, one.level, one.penalty, one.asleep) == first]
    return STRATEGIES[name](best, last, rng)
