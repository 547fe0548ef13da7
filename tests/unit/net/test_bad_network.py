"""Two user agents over a network that loses, doubles, delays and reorders, by seed, in virtual time."""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import count
from random import Random

import pytest

from pbx.net.agent import UserAgent
from pbx.net.hop import Hop
from pbx.sip.name_address import NameAddress
from pbx.sip.session_events import Answered, Ended, Failed, Offered, SessionState
from pbx.sip.uri import Uri
from tests.unit.net.network import SDP, VirtualClock

ADDRESSES = (("10.0.0.1", 5060), ("10.0.0.2", 5060))


class BadWire:
    """A transport between two agents; each datagram may be lost, come twice, or come late."""

    name = "udp"

    def __init__(self, clock, random, local, loss, agents):
        self.clock, self.random, self.local, self.loss, self.agents = clock, random, local, loss, agents

    def send(self, data, hop, failed):
        for _ in range(2 if self.random.random() < 0.05 else 1):
            if self.random.random() >= self.loss:
                delay = self.random.uniform(0.005, 0.4)
                source = Hop("udp", self.local, hop.remote)
                self.clock.call_at(self.clock.now + delay, partial(self.agents[hop.remote].receive, data, source))

    async def stop(self):
        self.agents.clear()


class Side:
    """One end of every call: keeps the last event of each session."""

    def __init__(self):
        self.events = {}

    def sink_for(self, session_id):
        self.events[session_id] = []

        def sink(event):
            seen = self.events[session_id]
            assert not seen or not isinstance(seen[-1], Ended | Failed), "an event after the last one"
            seen.append(event)

        return sink


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("loss", [0.0, 0.1, 0.4])
def test_every_call_ends_on_both_sides_and_nothing_is_left(seed, loss):
    clock, random, agents = VirtualClock(), Random(seed), {}
    caller, callee = Side(), Side()
    numbers = count()

    def on_invite(session):
        session.sink = callee.sink_for(session.id)
        session.ring()
        what = random.choice(["accept", "accept", "accept", "reject", "nothing", "accept late"])
        if what == "accept":
            session.accept(SDP)
        elif what == "reject":
            session.reject(486)
        elif what == "accept late":
            clock.call_at(clock.now + 2, lambda: session.state is SessionState.RINGING and session.accept(SDP))
        clock.call_at(clock.now + random.uniform(1, 30), session.hang_up)

    for local in ADDRESSES:
        agents[local] = UserAgent(
            bind=local[0],
            port=local[1],
            on_invite=on_invite,
            on_request=print,
            clock=clock,
            tokens=lambda: f"t{next(numbers)}",
            chance=random.random,
        )
        agents[local].add_transport(BadWire(clock, random, local, loss, agents))
    target = Uri("sip", "101", *ADDRESSES[1])
    for number in range(40):
        session = agents[ADDRESSES[0]].invite(
            target,
            Hop("udp", ADDRESSES[1]),
            from_=NameAddress(Uri("sip", "100", ADDRESSES[0][0])),
            to=NameAddress(target),
            sdp=SDP,
            sink=caller.sink_for(number),
        )
        clock.call_at(clock.now + random.uniform(0, 40), session.hang_up)
        clock.advance(0.2)
    clock.advance(300)
    for side in (caller, callee):
        assert all(isinstance(seen[-1], Ended | Failed) for seen in side.events.values())
    for agent in agents.values():
        counters = agent.counters()
        assert counters.keys().isdisjoint({"owner_failed", "internal_errors"})
        assert (counters["sessions"], counters["client_transactions"], counters["server_transactions"]) == (0, 0, 0)
    if loss == 0.0:
        causes = {seen[-1].cause for seen in callee.events.values()}
        assert causes <= {"bye", "cancel", "local"}
        assert any(isinstance(event, Answered) for seen in caller.events.values() for event in seen)


@pytest.mark.parametrize("seed", range(4))
async def test_both_sides_change_the_session_at_once_and_both_get_through(seed, turn):
    clock, random, agents, sessions = VirtualClock(), Random(seed), {}, []
    numbers = count()

    def answering(session):
        def sink(event):
            if isinstance(event, Offered):
                session.answer(SDP)

        return sink

    def on_invite(session):
        sessions.append(session)
        session.sink = answering(session)
        session.accept(SDP)

    for local in ADDRESSES:
        agents[local] = UserAgent(
            bind=local[0],
            port=local[1],
            on_invite=on_invite,
            on_request=print,
            clock=clock,
            tokens=lambda: f"t{next(numbers)}",
            chance=random.random,
        )
        agents[local].add_transport(BadWire(clock, random, local, 0.1, agents))
    target = Uri("sip", "101", *ADDRESSES[1])
    ours = agents[ADDRESSES[0]].invite(
        target,
        Hop("udp", ADDRESSES[1]),
        from_=NameAddress(Uri("sip", "100", ADDRESSES[0][0])),
        to=NameAddress(target),
        sdp=SDP,
        sink=lambda event: None,
    )
    ours.sink = answering(ours)
    clock.advance(30)
    theirs = sessions[0]
    both = [
        asyncio.ensure_future(side.reoffer(SDP, method)) for side in (ours, theirs) for method in ("INVITE", "UPDATE")
    ]
    for _ in range(400):
        await turn()
        clock.advance(0.25)
    assert await asyncio.gather(*both) == [SDP] * 4
    assert ours.state is theirs.state is SessionState.CONFIRMED
