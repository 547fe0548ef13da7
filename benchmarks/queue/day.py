"""Days at work in virtual time: 20,000 calls each through the real engine, beside what Erlang's C formula says.

The textbook case: Poisson arrivals, exponential talk, nobody gives up, agents answer at once and need no wrap-up
(A. K. Erlang 1917; here after Cooper, *Introduction to Queueing Theory*, §3.5).
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field
from random import Random
from statistics import mean, stdev

from benchmarks.queue.companies import company, member, queue
from pbx.queues.engine import QueueEngine
from pbx.queues.inputs import AgentReachable, AgentSet, CallerJoined, CallOver, OfferAnswered
from pbx.queues.outputs import Connected, Offer, Output
from pbx.queues.strategies import STRATEGIES

CALLS = 20_000
DAY_S = 86_400.0
AGENTS = 50
TALK_S = 180.0
LEVEL_S = 20.0
IN_TALK = round(CALLS / DAY_S * TALK_S)
EARLY = IN_TALK + 1_000  # not counted: until chance has spread as it does in full swing


@dataclass(frozen=True, slots=True)
class Theory:
    """``wait_s``: mean over all callers; ``level``: share of those answered within LEVEL_S."""

    wait_s: float
    level: float


@dataclass(slots=True)
class Day:
    """What one day brought. ``calls`` and ``busy_s`` by agent."""

    waits: list[float] = field(default_factory=list)
    talked_s: float = 0.0
    seconds: float = 0.0
    calls: dict[str, int] = field(default_factory=dict)
    busy_s: dict[str, float] = field(default_factory=dict)

    @property
    def wait_s(self) -> float:
        return sum(self.waits) / len(self.waits)

    @property
    def level(self) -> float:
        return sum(wait <= LEVEL_S for wait in self.waits) / len(self.waits)

    @property
    def fairness(self) -> float:
        """Jain's index of the agents' time in calls: 1 when all have the same, 1/n when one has all."""
        return _jain(list(self.busy_s.values()))

    @property
    def occupancy(self) -> tuple[float, float, float]:
        """Lowest, mean and highest share of the day that an agent talked."""
        shares = [seconds / self.seconds for seconds in self.busy_s.values()]
        return min(shares), sum(shares) / len(shares), max(shares)


def erlang_c(arrivals_per_s: float, talk_s: float, agents: int) -> Theory:
    """Mean wait and service level of M/M/c."""
    load = arrivals_per_s * talk_s
    blocking = 1.0
    for servers in range(1, agents + 1):  # Erlang B by recursion, which stays within floats
        blocking = load * blocking / (servers + load * blocking)
    waits = blocking / (1 - load / agents * (1 - blocking))
    drain = agents / talk_s - arrivals_per_s
    return Theory(waits / drain, 1 - waits * math.exp(-drain * LEVEL_S))


def simulate(strategy: str, seed: int, calls: int = CALLS) -> Day:
    """One day of ``strategy``."""
    logins = [f"a{number:02}" for number in range(AGENTS)]
    line = queue("sales", [member(login) for login in logins], strategy=strategy, announce_position_s=0)
    engine = QueueEngine(company(logins, [line]), Random(seed))
    day = Day(calls=dict.fromkeys(logins, 0), busy_s=dict.fromkeys(logins, 0.0))
    for login in logins:
        engine.handle(AgentReachable(login, True), 0.0)
        engine.handle(AgentSet(login, "available", "api"), 0.0)
    arrivals, talks = _calls(seed, calls)
    ends: list[tuple[float, str, str]] = []
    now, arrived = 0.0, 0

    def carry_out(outputs: list[Output]) -> None:
        answered: set[str] = set()
        for output in outputs:
            if isinstance(output, Offer) and output.call_id not in answered:
                answered.add(output.call_id)
                carry_out(engine.handle(OfferAnswered(output.call_id, output.login), now))
            elif isinstance(output, Connected):
                talk_s = talks[int(output.call_id)]
                if int(output.call_id) >= EARLY:
                    day.waits.append(output.wait_s)
                day.calls[output.login] += 1
                day.busy_s[output.login] += talk_s
                day.talked_s += talk_s
                heapq.heappush(ends, (now + talk_s, output.call_id, output.login))

    while arrived < len(arrivals) or ends:
        if arrived < len(arrivals) and (not ends or arrivals[arrived] <= ends[0][0]):
            now = arrivals[arrived]
            carry_out(engine.handle(CallerJoined(str(arrived), "sales"), now))
            arrived += 1
        else:
            now, call_id, login = heapq.heappop(ends)
            carry_out(engine.handle(CallOver(call_id, login), now))
    day.seconds = now
    return day


def reference(seed: int, calls: int = CALLS) -> Theory:
    """Mean wait and service level of the very same calls where the first agent to be free takes the first caller.

    (The recursion of Kiefer and Wolfowitz, 1955.)
    """
    arrivals, talks = _calls(seed, calls)
    free = [0.0] * AGENTS
    waits = []
    for arrival, talk_s in zip(arrivals, talks, strict=True):
        begins = max(arrival, free[0])
        waits.append(begins - arrival)
        heapq.heapreplace(free, begins + talk_s)
    counted = waits[EARLY:]
    return Theory(sum(counted) / calls, sum(wait <= LEVEL_S for wait in counted) / calls)


@dataclass(frozen=True, slots=True)
class Measured:
    """A mean over days and its standard error, in percent of what theory says; ``day_spread_pct``: of single days."""

    error_pct: float
    standard_error_pct: float
    day_spread_pct: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """``engine``: mean of the engine's ``days``; ``many``: mean of the reference's ``reference_days``, the engine's
    among them. ``engine_error_pct``: the engine beside the reference on the same calls, the worst day."""

    days: int
    reference_days: int
    theory: Theory
    engine: Theory
    engine_wait: Measured
    engine_level: Measured
    many: Theory
    many_wait: Measured
    many_level: Measured
    engine_error_pct: float

    @property
    def error_pct(self) -> float:
        """How far the reference's days are from theory, the worse of wait and service level; the engine's are the same
        but for ``engine_error_pct``."""
        return max(self.many_wait.error_pct, self.many_level.error_pct)

    @property
    def standard_error_pct(self) -> float:
        """What chance does to ``error_pct``."""
        return max(self.many_wait.standard_error_pct, self.many_level.standard_error_pct)


def compare(days: int, reference_days: int) -> Comparison:
    """The engine's waits and service level beside Erlang's, with the seeds 1, 2, 3 …: nothing is left out."""
    theory = erlang_c(CALLS / DAY_S, TALK_S, AGENTS)
    seen = [Theory(day.wait_s, day.level) for day in (simulate("longest_idle", seed) for seed in range(1, days + 1))]
    many = [reference(seed) for seed in range(1, reference_days + 1)]
    return Comparison(
        days,
        reference_days,
        theory,
        Theory(mean(day.wait_s for day in seen), mean(day.level for day in seen)),
        _measured([day.wait_s for day in seen], theory.wait_s),
        _measured([day.level for day in seen], theory.level),
        Theory(mean(day.wait_s for day in many), mean(day.level for day in many)),
        _measured([day.wait_s for day in many], theory.wait_s),
        _measured([day.level for day in many], theory.level),
        round(100 * max(abs(day.wait_s / known.wait_s - 1) for day, known in zip(seen, many, strict=False)), 6),
    )


def _measured(values: list[float], theory: float) -> Measured:
    spread = stdev(values)
    return Measured(
        round(100 * abs(mean(values) / theory - 1), 2),
        round(100 * spread / math.sqrt(len(values)) / theory, 2),
        round(100 * spread / theory, 2),
    )


def by_strategy(seed: int = 1) -> dict[str, Day]:
    """One and the same day under every strategy."""
    return {name: simulate(name, seed) for name in STRATEGIES}


def _calls(seed: int, calls: int) -> tuple[list[float], list[float]]:
    """When each call comes, and how long its talk takes: EARLY ones, then ``calls``."""
    rng = Random(seed)
    at, arrivals = 0.0, [0.0] * IN_TALK
    for _ in range(EARLY - IN_TALK + calls):
        at += rng.expovariate(calls / DAY_S)
        arrivals.append(at)
    return arrivals, [rng.expovariate(1 / TALK_S) for _ in arrivals]


def _jain(values: list[float]) -> float:
    squares = sum(value * value for value in values)
    return sum(values) ** 2 / (len(values) * squares) if squares else 1.0
