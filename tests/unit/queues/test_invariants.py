"""What holds after every step of any history: random days at work, with time and chance as inputs.

``tests/fuzz/test_fuzz_queues.py`` makes histories of 100,000 events of it.
"""

from __future__ import annotations

import itertools
from collections import Counter
from functools import partial
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as some

from config.company import Company, Queue
from config.queueing import AgentRules, BreakReason, OverflowCause, Relaxation
from pbx.queues.agents import Agent
from pbx.queues.engine import QueueEngine
from pbx.queues.inputs import (
    AgentBusy,
    AgentFree,
    AgentReachable,
    AgentSet,
    CallerJoined,
    CallerLeft,
    CallerMoved,
    CallerSent,
    CallOver,
    Configured,
    FailureCause,
    Input,
    OfferAnswered,
    OfferFailed,
    OfferRinging,
    QueueOpened,
    TimePassed,
    WrapUpEnded,
    WrapUpExtended,
    WrapUpOwed,
)
from pbx.queues.line import Caller, Line
from pbx.queues.outputs import Connected, Joined, Left, Offer, Output, Overflow, Withdraw
from pbx.queues.strategies import STRATEGIES
from tests.unit.queues.companies import BOX, company, person, queue

QUEUES = ("sales", "support", "vip")
STEPS = 120
LOGINS = ("ana", "luis", "marta", "sofia")
CALLS = tuple(f"c{number}" for number in range(12))
DIRECT = ("d1", "d2")
_CAUSES: tuple[OverflowCause, ...] = ("full", "no_agents", "all_on_break", "outside_hours", "long_wait")
_RELAXATION = (Relaxation(after_s=5, level=2), Relaxation(after_s=11))


def _company(rng: Random) -> Company:
    queues = [
        queue(
            name,
            *rng.sample(LOGINS, rng.choice((0, 2, 3, 4))),
            strategy=rng.choice(sorted(STRATEGIES)),
            ring_timeout_s=rng.choice((5, 15)),
            wrap_up_s=rng.choice((0, 5)),
            max_wait_s=rng.choice((10, 120)),
            max_callers=rng.choice((1, 3, 100)),
            announce_position_s=rng.choice((0, 7)),
            weight=rng.choice((1.0, 1.0, 3.0)),
            priority_worth_s=rng.choice((1, 30, 300)),
            skills=rng.choice(((), ("tea",), ("tea", "milk"))),
            skill_level=rng.choice((1, 10)),
            relaxation=rng.choice(((), _RELAXATION)),
            sticky_s=rng.choice((0, 9)),
            overflow_when={cause: BOX for cause in _CAUSES if rng.random() < 0.15},
            max_expected_wait_s=rng.choice((0, 20)),
        )
        for name in rng.sample(QUEUES, rng.randint(1, 3))
    ]
    queues = [_with_skills(rng, one) for one in queues]
    people = tuple(person(login, f"10{index}") for index, login in enumerate(LOGINS) if rng.random() < 0.9)
    kept = [one for one in queues if all(member.login in {who.login for who in people} for member in one.members)]
    people = people or (person("ana", "100"),)
    rules = AgentRules(misses_before_break=rng.choice((0, 2)), breaks=(BreakReason(name="lunch", max_s=20),))
    return company(*kept, people=people).model_copy(update={"agents": rules})


def _with_skills(rng: Random, one: Queue) -> Queue:
    members = tuple(
        member.model_copy(
            update={"skills": {skill: rng.randint(1, 4) for skill in ("tea", "milk") if rng.random() < 0.7}}
        )
        for member in one.members
    )
    return one.model_copy(update={"members": members})


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
        call, login = rng.choice(served)
        return CallOver(call, login) if rng.random() < 0.8 else WrapUpOwed(login, call, rng.choice((0.0, 7.0)))
    if rng.random() < 0.4:
        agents = sorted(engine.agents)
        return AgentReachable(rng.choice(agents), True) if rng.random() < 0.5 else _available(rng.choice(agents))
    return _anything(rng)


def _some(rng: Random, logins: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(rng.sample(logins, rng.randint(0, 2)))


def _available(login: str) -> Input:
    return AgentSet(login, "available", "api")


def _anything(rng: Random) -> Input:
    call, login = rng.choice(CALLS), rng.choice(LOGINS)
    choices: list[Input] = [
        CallerJoined(call, rng.choice(QUEUES), spared=rng.random() < 0.5, stays=rng.random() < 0.3),
        CallerMoved(call, rng.randint(0, 9)),
        CallerSent(call, BOX),
        QueueOpened(rng.choice(QUEUES), rng.random() < 0.8),
        WrapUpExtended(login, 30.0),
        WrapUpEnded(login, "supervisor"),
        AgentSet(login, "break", "api", rng.choice(("lunch", "other"))),
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
        WrapUpOwed(login, rng.choice(DIRECT), rng.choice((0.0, 7.0))),
        TimePassed(),
    ]
    if rng.random() < 0.5:
        waited = rng.choice((0.0, 30.0))
        return CallerJoined(call, rng.choice(QUEUES), rng.choice((0, 0, 1)), waited, _some(rng, LOGINS))
    return Configured(_company(rng)) if rng.random() < 0.01 else rng.choice(choices)


class Witness:
    """Sees every output and knows what must follow."""

    def __init__(self, engine: QueueEngine) -> None:
        self.engine = engine
        self.waiting: Counter[str] = Counter()
        self.ringing: set[tuple[str, str]] = set()
        self._numbers = itertools.count()
        self.turn: dict[str, tuple[int, float, int]] = {}
        """Of each caller: priority, when the wait began, and who came first."""
        self.moved: set[str] = set()

    def sees(self, outputs: list[Output], now: float = -1.0) -> None:
        for output in outputs:
            if isinstance(output, Joined):
                self.waiting[output.call_id] += 1
            elif isinstance(output, Left):
                self.waiting[output.call_id] -= 1
            elif isinstance(output, Offer):
                assert self.waiting[output.call_id] == 1
                assert all(login != output.login for _, login in self.ringing), "an agent rings for two callers"
                self.ringing.add((output.call_id, output.login))
                self._fits(output, now)
            elif isinstance(output, Withdraw | Connected):
                self.ringing.discard((output.call_id, output.login))
            elif isinstance(output, Overflow):
                assert self.waiting[output.call_id] == 0
        assert set(self.waiting.values()) <= {0, 1}, "a caller has left twice, or never came"

    def _fits(self, offer: Offer, now: float) -> None:
        caller = self.engine.callers.get(offer.call_id)
        if caller is not None and caller.offers.get(offer.login) == now:
            assert _accepts(self.engine.lines[caller.queue], caller, offer.login, now), "an agent nobody asked for"

    def before(self, event: Input, now: float) -> None:
        """What is said by the exchange itself needs no output."""
        if isinstance(event, CallerJoined) and not self.waiting[event.call_id]:
            self.turn[event.call_id] = (event.priority, now - event.waited_s, next(self._numbers))
            self.moved.discard(event.call_id)
        if isinstance(event, CallerMoved):
            self.moved.add(event.call_id)
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
        due = deadlines.get(("overflow", call)) is not None
        assert (due or bool(caller.overflow_due and caller.offers)) is not caller.stays
        if caller.wish.login:
            assert deadlines.get(("wish", call)) is not None, "somebody waits for one agent for ever"
            assert caller.offers or engine.agents[caller.wish.login].on_duty, "somebody waits for who is not there"
        assert line.position(caller) == line.call_ids.index(call) + 1
    for line in engine.lines.values():
        by_itself = [call for call in line.call_ids if call not in witness.moved]
        assert by_itself == sorted(by_itself, key=partial(_turn, witness, line)), "the order is not kept"
        unserved = line.unserved()
        assert unserved == [call for call in line.call_ids if not engine.callers[call].offers], "nobody serves a caller"
        assert line.idle == {login for login in line.members if engine.agents[login].can_be_offered}
        assert line.head is None, "somebody free, somebody waiting, and nobody rings"
        for call in unserved:
            assert not [login for login in line.idle if _accepts(line, engine.callers[call], login, now)]
    for agent in engine.agents.values():
        _check_agent(engine, agent)
    deadline = engine.next_deadline()
    assert deadline is None or deadline >= now


def _turn(witness: Witness, line: Line, call: str) -> tuple[float, int]:
    priority, since, number = witness.turn[call]
    return since - priority * line.queue.priority_worth_s, number


def _accepts(line: Line, caller: Caller, login: str, now: float) -> bool:
    """By the settings alone: whether this agent may be rung for this caller now."""
    if caller.wish.login:
        return caller.wish.login == login
    queue = line.queue
    skills = next(member.skills for member in queue.members if member.login == login)
    accepted = [queue.skill_level] + [
        step.level or 11 for step in queue.relaxation if caller.entered_at + step.after_s <= now
    ]
    return all(skills.get(skill, 11) <= max(accepted) for skill in queue.skills)


def _check_agent(engine: QueueEngine, agent: Agent) -> None:
    assert agent.state == agent.seen_as
    assert agent.offer is None or agent.login in engine.callers[agent.offer].offers
    assert agent.offer is None or agent.serving is None, "an agent who talks is offered a call"
    assert (agent.wrap_up_until is None) == (engine._alarms.get(("wrap_up", agent.login)) is None)
    assert agent.resting == (engine._alarms.get(("rest", agent.login)) is not None)
    assert set(agent.owed) <= {*agent.direct, agent.serving}, "wrap-up is owed for a call that is over"
    assert agent.chosen is None or agent.engaged, "what was chosen during a call is forgotten"
    assert not agent.removed or agent.engaged


def live(seed: int, steps: int) -> None:
    """So many events at random, everything checked after each; then all waits come to their ends."""
    rng = Random(seed)
    engine = QueueEngine(_company(rng), Random(seed), 0.0)
    witness, now = Witness(engine), 0.0
    for _ in range(steps):
        now += rng.choice((0.0, 0.0, 0.0, 0.1, 0.3, 1.0, 2.0, 9.0))
        while (deadline := engine.next_deadline()) is not None and deadline <= now:
            witness.sees(engine.handle(TimePassed(), deadline), deadline)
            _check(engine, witness, deadline)
        event = _event(rng, engine)
        witness.before(event, now)
        witness.sees(engine.handle(event, now), now)
        _check(engine, witness, now)
    _ends(engine, witness, now)


@settings(max_examples=60, deadline=None)
@given(some.integers(0, 2**32))
def test_no_history_loses_a_caller_or_breaks_the_order(seed: int) -> None:
    live(seed, STEPS)


def _ends(engine: QueueEngine, witness: Witness, now: float) -> None:
    """With nobody new and no calls ended by hand, every wait ends within its bounds."""
    until = now + 120 + 16
    while (deadline := engine.next_deadline()) is not None and deadline <= until:
        witness.sees(engine.handle(TimePassed(), deadline))
        _check(engine, witness, deadline)
    for call in list(engine.callers):
        assert engine.callers[call].stays
        witness.sees(engine.handle(CallerLeft(call), until))
    while (deadline := engine.next_deadline()) is not None:
        witness.sees(engine.handle(TimePassed(), deadline))
    assert engine.next_deadline() is None
