"""What a decision of the engine costs with 1000 agents, 200 queues and 5000 callers, and what a caller weighs."""

from __future__ import annotations

import time
import tracemalloc
from random import Random

from benchmarks.queue.companies import company, member, queue
from config.company import Company
from config.queueing import Relaxation
from pbx.queues.engine import QueueEngine
from pbx.queues.inputs import (
    AgentReachable,
    AgentSet,
    CallerJoined,
    CallerLeft,
    CallOver,
    Input,
    OfferAnswered,
    TimePassed,
)
from pbx.queues.outputs import Offer
from pbx.queues.strategies import STRATEGIES

AGENTS, QUEUES, WAITING = 1000, 200, 5000
QUEUES_PER_AGENT = 5
SKILLS = ("tea", "milk")


def large_company(rng: Random) -> Company:
    """Every strategy, weights, skills with relaxation, sticky agents."""
    logins = [f"a{number}" for number in range(AGENTS)]
    members: list[list[str]] = [[] for _ in range(QUEUES)]
    for login in logins:
        for index in rng.sample(range(QUEUES), QUEUES_PER_AGENT):
            members[index].append(login)
    strategies = sorted(STRATEGIES)
    queues = [
        queue(
            f"q{index}",
            [member(login, {skill: rng.randint(1, 5) for skill in SKILLS}) for login in names],
            strategy=strategies[index % len(strategies)],
            weight=rng.choice((1.0, 2.0)),
            skills=SKILLS if index % 3 == 0 else (),
            skill_level=3,
            relaxation=(Relaxation(after_s=30, level=5), Relaxation(after_s=60)),
            sticky_s=20 if index % 2 else 0,
            announce_position_s=30,
        )
        for index, names in enumerate(members)
    ]
    return company(logins, queues)


def measure(decisions: int, seed: int = 1) -> dict[str, float]:
    """``decision_p99_ms``, ``decision_mean_us``, ``caller_bytes``."""
    rng = Random(seed)
    engine = QueueEngine(large_company(rng), rng)
    logins = list(engine.agents)
    now, number = 0.0, 0

    def join() -> Input:
        nonlocal number
        number += 1
        preferred = (rng.choice(logins),) if rng.random() < 0.3 else ()
        return CallerJoined(f"c{number}", f"q{rng.randrange(QUEUES)}", rng.choice((0, 0, 0, 1)), 0.0, preferred)

    def settle(event: Input) -> None:
        """Whoever is offered a call takes it."""
        for output in engine.handle(event, now):
            if isinstance(output, Offer):
                settle(OfferAnswered(output.call_id, output.login))

    for login in logins:
        settle(AgentReachable(login, True))
        settle(AgentSet(login, "available", "api"))
    while sum(agent.serving is not None for agent in engine.agents.values()) < AGENTS:
        settle(join())
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    have = len(engine.callers)
    while len(engine.callers) < WAITING:
        now += 0.01
        settle(join())
    weight = (tracemalloc.get_traced_memory()[0] - before) / (len(engine.callers) - have)
    tracemalloc.stop()

    took: list[int] = []

    def timed(event: Input) -> None:
        begin = time.perf_counter_ns()
        outputs = engine.handle(event, now)
        took.append(time.perf_counter_ns() - begin)
        for output in outputs:
            if isinstance(output, Offer):
                timed(OfferAnswered(output.call_id, output.login))

    while len(took) < decisions:
        now += 0.005
        while (deadline := engine.next_deadline()) is not None and deadline <= now:
            timed(TimePassed())
        while len(engine.callers) < WAITING:
            timed(join())
        if rng.random() < 0.2:
            timed(CallerLeft(rng.choice(list(engine.callers))))
        agent = engine.agents[rng.choice(logins)]
        if agent.serving is not None:
            timed(CallOver(agent.serving, agent.login))
    took.sort()
    return {
        "decision_p99_ms": round(took[int(len(took) * 0.99)] / 1e6, 4),
        "decision_mean_us": round(sum(took) / len(took) / 1e3, 2),
        "caller_bytes": round(weight),
    }
