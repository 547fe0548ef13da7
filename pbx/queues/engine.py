"""The queues as one state machine: who waits, who is offered which call, and what every agent is doing.

Pure: what happens and the time come in, what is to be done comes out; random numbers come from the ``rng`` given.
Times are seconds on one clock that never runs backwards. Inputs about calls or people that are not known (any more)
change nothing, because what they speak of may have ended while they were on their way.

Held after every input: a waiting caller is in exactly one line; a caller rings at several agents only where the
strategy rings all; an agent has at most one queue call, offered or connected; nobody waits whom somebody free may
serve, and of several such callers the first in order is served first, across queues; every wait has a deadline.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from config.company import Company
from pbx.queues import inputs
from pbx.queues.agents import Agent
from pbx.queues.alarms import Alarms
from pbx.queues.callers import Callers
from pbx.queues.duty import Duty
from pbx.queues.inputs import Input
from pbx.queues.line import Caller, Entry, Line, OrderKey
from pbx.queues.outputs import Announce, Connected, Left, Offer, Output, Withdraw
from pbx.queues.strategies import Candidate, choose

REST_S = 5.0
"""How long an agent who did not take an offer is not offered another: a phone that declines by itself is no hammer."""


class QueueEngine:
    """Every queue and every agent of one company."""

    def __init__(self, company: Company, rng: Random, now: float = 0.0) -> None:
        self._rng = rng
        self._alarms: Alarms[tuple[str, ...]] = Alarms()
        self._out: list[Output] = []
        self._lines: dict[str, Line] = {}
        self._stirred: set[str] = set()
        self._duty = Duty(self._alarms, self._out, self._lines, self._stirred)
        self._callers = Callers(self._alarms, self._out, self._lines, self._duty, self._stirred)
        self._handlers: dict[type, Callable[[Any, float], None]] = {
            inputs.CallerJoined: self._callers.joined,
            inputs.CallerLeft: self._caller_left,
            inputs.CallerMoved: self._callers.moved,
            inputs.CallerSent: self._caller_sent,
            inputs.QueueOpened: self._callers.opened,
            inputs.AgentSet: self._duty.agent_set,
            inputs.AgentReachable: self._duty.agent_reachable,
            inputs.OfferRinging: self._offer_ringing,
            inputs.OfferAnswered: self._offer_answered,
            inputs.OfferFailed: self._offer_failed,
            inputs.CallOver: self._call_over,
            inputs.AgentBusy: self._agent_busy,
            inputs.AgentFree: self._duty.agent_free,
            inputs.WrapUpOwed: self._duty.wrap_up_owed,
            inputs.WrapUpExtended: self._duty.wrap_up_extended,
            inputs.WrapUpEnded: self._duty.wrap_up_ended,
            inputs.Configured: self._configured,
            inputs.TimePassed: self._time_passed,
        }
        self._configured(inputs.Configured(company), now)
        self._out.clear()

    def handle(self, event: Input, now: float) -> list[Output]:
        """Take one input; what is to be done, in order."""
        self._handlers[type(event)](event, now)
        self._serve(now)
        out = list(self._out)
        self._out.clear()
        return out

    def next_deadline(self) -> float | None:
        """When TimePassed is wanted."""
        return self._alarms.next()

    # --- What can be seen from outside --------------------------------------------------------------------------------

    @property
    def callers(self) -> dict[str, Caller]:
        """Everyone who waits, by call id; not to be changed."""
        return self._callers.by_id

    @property
    def agents(self) -> dict[str, Agent]:
        """Everyone, by login; not to be changed."""
        return self._duty.agents

    @property
    def lines(self) -> dict[str, Line]:
        """Every queue's line by name; not to be changed."""
        return self._lines

    def position(self, call_id: str) -> int | None:
        """Place in the line, from 1."""
        caller = self._callers.by_id.get(call_id)
        return self._lines[caller.queue].position(caller) if caller else None

    # --- Callers ------------------------------------------------------------------------------------------------------

    def _caller_left(self, event: inputs.CallerLeft, now: float) -> None:
        caller = self._callers.by_id.get(event.call_id)
        if caller is None:
            return
        self._callers.forget(caller)
        self._out.append(Left(caller.call_id, caller.queue, event.cause, now - caller.joined_at))
        self._withdraw_all(caller, "left", now)

    def _caller_sent(self, event: inputs.CallerSent, now: float) -> None:
        caller = self._callers.by_id.get(event.call_id)
        if caller is not None:
            self._callers.forget(caller)
            self._callers.overflow(caller, self._lines[caller.queue].queue, "moved", now, event.destination)
            self._withdraw_all(caller, "left", now)

    # --- Offers -------------------------------------------------------------------------------------------------------

    def _serve(self, now: float) -> None:
        """Offer calls as long as somebody free may serve somebody who waits, the first in order first.

        Only lines in which something has changed can hold such a pair.
        """
        while self._stirred:
            best: tuple[tuple[float, OrderKey], str] | None = None
            for name in sorted(self._stirred):
                line = self._lines.get(name)
                head = self._head(line, now) if line is not None else None
                if head is None or line is None:
                    self._stirred.discard(name)
                    continue
                turn = (-line.queue.weight * (now - head[0][0]), head[0]), head[1]
                if best is None or turn < best:
                    best = turn
            if best is not None:
                self._offer(self._callers.by_id[best[1]], now)

    def _head(self, line: Line, now: float) -> Entry | None:
        if len(line) and line.queue.overflow_when:
            self._callers.see_staffing(line, now)
        for login, waiting in line.wishing():
            if not self._duty.is_on_duty(login) or login not in line.members:
                for call_id in waiting:
                    self._callers.settle_wish(self._callers.by_id[call_id], line, now)
        return line.head

    def _offer(self, caller: Caller, now: float) -> None:
        line = self._lines[caller.queue]
        candidates = []
        for login in sorted(line.fitting(caller.wish)):
            agent, member = self._duty.agents[login], line.members[login]
            idle_since = agent.idle_since if agent.used else None
            tried = caller.tried.get(login, 0)
            candidates.append(
                Candidate(
                    login,
                    agent.extension,
                    member.place,
                    tried,
                    member.rank,
                    member.penalty,
                    idle_since,
                    agent.calls,
                    agent.talk_s,
                    asleep=not agent.has_device,
                )
            )
        chosen = choose(line.queue.strategy, candidates, line.last, self._rng)
        line.served(caller)
        for candidate in chosen:
            line.last = candidate.place
            caller.offers[candidate.login] = now
            ring_s, comes_s = float(line.queue.ring_timeout_s), self._duty.comes_within_s(candidate.login)
            until = now + (ring_s if comes_s is None else comes_s)
            self._alarms.set(("offer", caller.call_id, candidate.login), until)
            self._duty.offered(candidate.login, caller.call_id, now)
            self._out.append(Offer(caller.call_id, candidate.login, caller.queue, ring_s, comes_s is not None))

    def _offer_ringing(self, event: inputs.OfferRinging, now: float) -> None:
        caller = self._callers.by_id.get(event.call_id)
        if caller is None or event.login not in caller.offers or event.login in caller.ringing:
            return
        caller.ringing.add(event.login)
        ring_s = self._lines[caller.queue].queue.ring_timeout_s
        self._alarms.set(("offer", caller.call_id, event.login), now + ring_s)

    def _offer_answered(self, event: inputs.OfferAnswered, now: float) -> None:
        caller = self._callers.by_id.get(event.call_id)
        if caller is None or event.login not in caller.offers:
            return
        offered_at = self._take_back(caller, event.login)
        wait_s = now - caller.joined_at
        self._callers.forget(caller)
        self._out.append(Left(caller.call_id, caller.queue, "answered", wait_s, event.login))
        self._duty.connected(event.login, event.becomes or caller.call_id, caller.queue, offered_at, now)
        self._out.append(Connected(caller.call_id, event.login, caller.queue, wait_s))
        self._withdraw_all(caller, "elsewhere", now)

    def _offer_failed(self, event: inputs.OfferFailed, now: float) -> None:
        caller = self._callers.by_id.get(event.call_id)
        if caller is not None and event.login in caller.offers:
            self._failed(caller, event.login, event.cause, now)

    def _failed(self, caller: Caller, login: str, cause: str, now: float) -> None:
        self._take_back(caller, login)
        caller.tried[login] = caller.tried.get(login, 0) + 1
        self._alarms.set(("rest", login), now + REST_S)
        self._duty.not_taken(login, cause, now, rests=True)
        if caller.offers:
            return
        if caller.overflow_due:
            self._callers.overflow_at_last(caller, now)
            return
        line = self._lines[caller.queue]
        if caller.preferred and caller.preferred[0] == login:
            caller.preferred, caller.sticky_until = caller.preferred[1:], None
        line.want(caller)
        self._callers.settle_wish(caller, line, now)
        self._stirred.add(caller.queue)

    def _take_back(self, caller: Caller, login: str) -> float:
        self._alarms.clear(("offer", caller.call_id, login))
        caller.ringing.discard(login)
        return caller.offers.pop(login)

    def _withdraw_all(self, caller: Caller, cause: str, now: float) -> None:
        for login in list(caller.offers):
            self._take_back(caller, login)
            self._out.append(Withdraw(caller.call_id, login, cause))
            self._duty.not_taken(login, cause, now)

    # --- Agents -------------------------------------------------------------------------------------------------------

    def _agent_busy(self, event: inputs.AgentBusy, now: float) -> None:
        agent = self._duty.agents.get(event.login)
        if agent is None or event.call_id in (agent.offer, agent.serving):
            return
        self._duty.busy(agent, event.call_id, event.ringing, now)
        if agent.offer is not None and not event.ringing:
            caller = self._callers.by_id[agent.offer]
            self._out.append(Withdraw(caller.call_id, agent.login, "busy"))
            self._failed(caller, agent.login, "busy", now)

    def _call_over(self, event: inputs.CallOver, now: float) -> None:
        agent = self._duty.agents.get(event.login)
        if agent is None or agent.serving != event.call_id:
            return
        line = self._lines.get(agent.serving_queue)
        wrap_up_s = float(line.queue.wrap_up_s) if line is not None else 0.0
        if line is not None:
            line.handled(now - agent.offered_at + wrap_up_s)
        self._duty.call_over(agent, wrap_up_s, now)

    # --- Time and configuration ---------------------------------------------------------------------------------------

    def _time_passed(self, event: inputs.TimePassed, now: float) -> None:
        while (alarm := self._alarms.pop_due(now)) is not None:
            kind, who = alarm[0], alarm[1]
            if kind == "offer":
                self._ring_time_over(self._callers.by_id[who], alarm[2], now)
            elif kind == "overflow":
                self._waited_too_long(self._callers.by_id[who], now)
            elif kind == "announce":
                self._announce(self._callers.by_id[who], now)
            elif kind == "wish":
                caller = self._callers.by_id[who]
                self._callers.settle_wish(caller, self._lines[caller.queue], now)
                self._stirred.add(caller.queue)
            elif kind == "break":
                self._duty.break_overdue(who)
            elif kind == "wrap_up":
                self._duty.wrap_up_over(who, now)
            elif kind == "rest":
                self._duty.rest_over(who, now)
            # Between two alarms of one wake-up the time between them has been served as well.
            self._serve(now)

    def _ring_time_over(self, caller: Caller, login: str, now: float) -> None:
        self._out.append(Withdraw(caller.call_id, login, "no_answer"))
        self._failed(caller, login, "no_answer", now)

    def _waited_too_long(self, caller: Caller, now: float) -> None:
        # A phone that rings already may still be answered; the ring time bounds it.
        if caller.offers:
            caller.overflow_due = True
        else:
            self._callers.overflow_at_last(caller, now)

    def _announce(self, caller: Caller, now: float) -> None:
        line = self._lines[caller.queue]
        if not line.queue.announce_position_s:
            return
        self._alarms.set(("announce", caller.call_id), now + line.queue.announce_position_s)
        if not caller.offers:
            position = line.position(caller)
            on_duty = self._duty.on_duty(line)
            self._out.append(Announce(caller.call_id, position, line.expected_wait_s(position, on_duty)))

    def _configured(self, event: inputs.Configured, now: float) -> None:
        queues = {queue.name: queue for queue in event.company.queues}
        for name in [name for name in self._lines if name not in queues]:
            self._close(self._lines[name], now)
        for name, queue in queues.items():
            line = self._lines.get(name)
            if line is None:
                self._lines[name] = Line(queue)
                continue
            line.configure(queue)
            callers = [self._callers.by_id[call_id] for call_id in line.call_ids]
            line.reorder(callers)
            for caller in callers:
                if not caller.overflow_due:
                    self._callers.set_deadlines(caller, queue, now)
        self._duty.configured(event.company, now)
        for caller in self._callers.by_id.values():
            self._callers.settle_wish(caller, self._lines[caller.queue], now)
        self._stirred.update(self._lines)

    def _close(self, line: Line, now: float) -> None:
        for call_id in line.call_ids:
            caller = self._callers.by_id[call_id]
            self._callers.forget(caller)
            self._callers.overflow(caller, line.queue, "removed", now)
            self._withdraw_all(caller, "left", now)
        del self._lines[line.queue.name]
