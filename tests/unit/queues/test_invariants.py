"""What holds after every step of any history: random days at work, with time and chance as inputs.

``QUEUE_STEPS`` makes the histories longer.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as some

from config.company import Company
from pbx.queues.agents import Agent
from pbx.queues.engine import QueueEngine
from pbx.queues.inputs import (
    AgentBusy,
    AgentFree,
    AgentReachable,
    AgentSet,
    CallerJoined,
    CallerLeft,
    CallOver,
    Configured,
    FailureCause,
    Input,
    OfferAnswered,
    OfferFailed,
    OfferRinging,
    TimePassed,
)
from pbx.queues.outputs import Connected, Joined, Left, Offer, Output, Overflow, Withdraw
from pbx.queues.strategies import STRATEGIES
from tests.unit.queues.companies import company, person, queue

STEPS = int(os.environ.get("QUEUE_STEPS", "120"))
LOGINS = ("ana", "luis", "marta", "sofia")
CALLS = tuple(f"c{number}" for number in range(8))
DIRECT = ("d1", "d2")


def _company(rng: Random) -> Company:
    queues = [
        queue(
            name,
            *rng.sample(LOGINS, rng.randint(0, 4)),
            strategy=rng.choice(sorted(STRATEGIES)),
            ring_timeout_s=rng.choice((5, 15)),
            wrap_up_s=rng.choice((0, 5)),
            max_wait_s=rng.choice((10, 120)),
            max_callers=rng.choice((1, 3, 100)),
            announce_position_s=rng.choice((0, 7)),
        )
        for name in rng.sample(("sales", "support", "vip"), rng.randint(1, 3))
    ]
    people = tuple(person(login, f"10{index}") for index, login in enumerate(LOGINS) if rng.random() < 0.9)
    kept = [one for one in queues if all(member.login in {who.login for who in people} for member in one.members)]
    people = people or (person("ana", "100"),)
    return company(*kept, people=people)


def _event(rng: Random, engine: QueueEngine) -> Input:
    """Mostly what fits the moment, so that histories get somewhere; sometimes anything about anybody."""
    offered = [(call, login) for call, caller in engine.callers.items() for login in caller.offers]
    served = [(agent.serving, agent.login) for agent in engine.agents.values() if agent.serving]
    if offered and rng.random() < 0.5:
        call, login = rng.choice(offered)
        causes: list[FailureCause] = ["busy", "declined", "unreachable", "no_answer"]
        cause = rng.choice(causes)
        answers: list[Input] = [OfferAnswered(call, login), OfferFailed(call, login, cause), OfferRinging(call, login)]
        return rng.choice(answers)
    if served and rng.random() < 0.3:
        return CallOver(*rng.choice(served))
    if rng.random() < 0.3:
        agents = sorted(engine.agents)
        return AgentReachable(rng.choice(agents), True) if rng.random() < 0.5 else _available(rng.choice(agents))
    return _anything(rng)


def _available(login: str) -> Input:
    return AgentSet(login, "available", "api")


def _anything(rng: Random) -> Input:
    call, login = rng.choice(CALLS), rng.choice(LOGINS)
    choices: list[Input] = [
        CallerJoined(call, rng.choice(("sales", "support", "vip")), rng.choice((0, 0, 1)), rng.choice((0.0, 30.0))),
        CallerJoined(call, "sales"),
        CallerLeft(call),
        AgentSet(login, rng.choice(("available", "available", "break", "offline")), "api"),
        AgentReachable(login, rng.random() < 0.8),
        OfferRinging(call, login),
        OfferAnswered(call, login),
        OfferAnswered(call, login),
        OfferFailed(call, login, rng.choice(("busy", "declined", "unreachable", "no_answer"))),
        CallOver(call, login),
        CallOver(call, login),
        AgentBusy(login, rng.choice(DIRECT), rng.random() < 0.5),
        AgentFree(login, rng.choice(DIRECT)),
        TimePassed(),
    ]
    return Configured(_company(rng)) if rng.random() < 0.01 else rng.choice(choices)


class Witness:
    """Sees every output and knows what must follow."""

    def __init__(self, engine: QueueEngine) -> None:
        self.engine = engine
        self.waiting: Counter[str] = Counter()
        self.ringing: set[tuple[str, str]] = set()
        self._numbers = itertools.count()
        self.turn: dict[str, tuple[int, float, int]] = {}
        """Who is before whom: by priority, by when the wait began, by who came first."""

    def sees(self, outputs: list[Output]) -> None:
        for output in outputs:
            if isinstance(output, Joined):
                self.waiting[output.call_id] += 1
            elif isinstance(output, Left):
                self.waiting[output.call_id] -= 1
            elif isinstance(output, Offer):
                assert self.waiting[output.call_id] == 1
                assert all(login != output.login for _, login in self.ringing), "an agent rings for two callers"
                self.ringing.add((output.call_id, output.login))
            elif isinstance(output, Withdraw | Connected):
                self.ringing.discard((output.call_id, output.login))
            elif isinstance(output, Overflow):
                assert self.waiting[output.call_id] == 0
        assert set(self.waiting.values()) <= {0, 1}, "a caller has left twice, or never came"

    def before(self, event: Input, now: float) -> None:
        """What is said by the exchange itself needs no output."""
        if isinstance(event, CallerJoined) and not self.waiting[event.call_id]:
            self.turn[event.call_id] = (-event.priority, now - event.waited_s, next(self._numbers))
        if isinstance(event, OfferFailed):
            self.ringing.discard((event.call_id, event.login))


def _check(engine: QueueEngine, witness: Witness, now: float) -> None:
    waiting = {call for call, count in witness.waiting.items() if count}
    assert set(engine.callers) == waiting, "a caller is lost"
    in_lines = [call for line in engine.lines.values() for call in line.call_ids]
    assert sorted(in_lines) == sorted(waiting), "a caller is in no line, or in two"
    assert {(call, login) for call, caller in engine.callers.items() for login in caller.offers} == witness.ringing
    for call, caller in engine.callers.items():
        line = engine.lines[caller.queue]
        for login in caller.offers:
            assert engine.agents[login].offer == call
        deadlines = engine._alarms
        assert all(deadlines.get(("offer", call, login)) is not None for login in caller.offers)
        assert deadlines.get(("overflow", call)) is not None or (caller.overflow_due and caller.offers)
        assert line.position(caller) == line.call_ids.index(call) + 1
    for line in engine.lines.values():
        assert line.call_ids == sorted(line.call_ids, key=witness.turn.__getitem__), "the order is not kept"
        unserved = [call for _, call in line._unserved]
        assert unserved == [call for call in line.call_ids if not engine.callers[call].offers], "nobody serves a caller"
        assert line.idle == {login for login in line.members if engine.agents[login].can_be_offered}
        assert not (line.head and line.idle), "somebody free, somebody waiting, and nobody rings"
        if line.head:
            assert not engine.callers[line.head[1]].offers
    for agent in engine.agents.values():
        _check_agent(engine, agent)
    deadline = engine.next_deadline()
    assert deadline is None or deadline >= now


def _check_agent(engine: QueueEngine, agent: Agent) -> None:
    assert agent.state == agent.seen_as
    assert agent.offer is None or agent.login in engine.callers[agent.offer].offers
    assert agent.offer is None or agent.serving is None, "an agent who talks is offered a call"
    assert (agent.wrap_up_until is None) == (engine._alarms.get(("wrap_up", agent.login)) is None)
    assert agent.resting == (engine._alarms.get(("rest", agent.login)) is not None)
    assert agent.chosen is None or agent.engaged, "what was chosen during a call is forgotten"
    assert not agent.removed or agent.engaged


@settings(max_examples=60, deadline=None)
@given(some.integers(0, 2**32))
def test_no_history_loses_a_caller_or_breaks_the_order(seed: int) -> None:
    rng = Random(seed)
    engine = QueueEngine(_company(rng), Random(seed), 0.0)
    witness, now = Witness(engine), 0.0
    for _ in range(STEPS):
        now += rng.choice((0.0, 0.0, 0.0, 0.1, 1.0, 6.0, 16.0))
        while (deadline := engine.next_deadline()) is not None and deadline <= now:
            witness.sees(engine.handle(TimePassed(), deadline))
            _check(engine, witness, deadline)
        event = _event(rng, engine)
        witness.before(event, now)
        witness.sees(engine.handle(event, now))
        _check(engine, witness, now)
    _ends(engine, witness, now)


def _ends(engine: QueueEngine, witness: Witness, now: float) -> None:
    """With nobody new and no calls ended by hand, every wait ends within its bounds."""
    until = now + 120 + 16
    while (deadline := engine.next_deadline()) is not None and deadline <= until:
        witness.sees(engine.handle(TimePassed(), deadline))
        _check(engine, witness, deadline)
    assert not engine.callers
    assert engine.next_deadline() is None
