"""The agents' side of the engine: states, wrap-up, rests, and who can be offered a call."""

from __future__ import annotations

from config.company import Company
from config.queueing import AgentRules, OverflowCause
from pbx.events import AgentState
from pbx.queues import inputs
from pbx.queues.agents import Agent
from pbx.queues.alarms import Alarms
from pbx.queues.line import Line
from pbx.queues.outputs import AgentChanged, BreakOverdue, Output

MISSED_CAUSE = "missed_calls"
MISSED_REASON = "no_answer"
WAKE_MORE_S = 1.0  # who waits for the browser says first that it has not come


class Duty:
    """Every agent's state; keeps each line's ``idle`` members up to date and says every change in ``out``.

    ``stirred`` takes the names of the lines for which a change may matter.
    """

    def __init__(
        self, alarms: Alarms[tuple[str, ...]], out: list[Output], lines: dict[str, Line], stirred: set[str]
    ) -> None:
        self.agents: dict[str, Agent] = {}
        self._rules = AgentRules()
        self._break_limits: dict[str, int] = {}
        self._stirred = stirred
        self._alarms = alarms
        self._out = out
        self._lines = lines
        self._lines_of: dict[str, list[Line]] = {}

    def configured(self, company: Company, now: float) -> None:
        """Take changed people and members; who has left is dropped when the present call is over."""
        self._rules = company.agents
        self._break_limits = {reason.name: reason.max_s for reason in company.agents.breaks if reason.max_s}
        people = {person.login: person for person in company.people}
        for login, person in people.items():
            agent = self.agents.setdefault(login, Agent(login, person.extension, now))
            agent.extension, agent.removed = person.extension, False
        self._lines_of = {
            login: [line for line in self._lines.values() if login in line.members] for login in self.agents
        }
        for line in self._lines.values():
            line.idle.intersection_update(line.members)
        for agent in list(self.agents.values()):
            if agent.login not in people:
                agent.removed, agent.chosen = True, None
                agent.presence = "offline"
                self._settle(agent, "removed", now)
            else:
                self._refresh(agent, "configuration", now)

    def on_duty(self, line: Line) -> int:
        """How many members serve this line now or after their present call."""
        return sum(self.agents[login].on_duty for login in line.members)

    def is_on_duty(self, login: str) -> bool:
        """Whether this agent serves callers now or after the present call."""
        agent = self.agents.get(login)
        return agent is not None and agent.on_duty

    def comes_within_s(self, login: str) -> float | None:
        """How long an offer waits for the browser of who has no device now; None for who has one."""
        return None if self.agents[login].has_device else self._rules.wake_s + WAKE_MORE_S

    def staffing(self, line: Line) -> OverflowCause | None:
        """``no_agents``: no member is logged in with a telephone; ``all_on_break``: those who are have a break."""
        there = [
            agent.presence
            for login in line.members
            if (agent := self.agents.get(login)) is not None and agent.reachable and agent.presence != "offline"
        ]
        if not there:
            return "no_agents"
        return "all_on_break" if all(presence == "break" for presence in there) else None

    # --- Inputs -------------------------------------------------------------------------------------------------------

    def agent_set(self, event: inputs.AgentSet, now: float) -> None:
        """Choose a state: at once, or after the present call. A choice during wrap-up ends it."""
        agent = self.agents.get(event.login)
        if agent is None or agent.removed:
            return
        agent.misses = 0
        if agent.engaged:
            agent.chosen = event
            self._stir(agent)
            return
        previous, reason = agent.state, agent.reason
        self._choose(agent, event)
        self._end_wrap_up(agent)
        self._refresh(agent, event.cause, now)
        if agent.state == previous and agent.reason != reason:
            self._limit_break(agent, now)
            self._say(agent, previous, event.cause)

    def wrap_up_owed(self, event: inputs.WrapUpOwed, now: float) -> None:
        """What is to follow a call that has not ended yet."""
        agent = self.agents.get(event.login)
        if agent is not None and (event.call_id in agent.direct or event.call_id == agent.serving):
            agent.owed[event.call_id] = event.wrap_up_s

    def wrap_up_extended(self, event: inputs.WrapUpExtended, now: float) -> None:
        """More time after a call, up to the longest wrap-up that the company allows."""
        agent = self.agents.get(event.login)
        if agent is None or agent.wrap_up_until is None:
            return
        latest = max(agent.wrap_up_until, agent.wrap_up_from + self._rules.longest_wrap_up_s)
        until = min(agent.wrap_up_until + max(0.0, event.by_s), latest)
        if until > agent.wrap_up_until:
            agent.wrap_up_until = until
            self._alarms.set(("wrap_up", agent.login), until)
            if agent.state == "wrap_up":
                self._say(agent, agent.state, "extended")

    def wrap_up_ended(self, event: inputs.WrapUpEnded, now: float) -> None:
        """No more time after the call."""
        agent = self.agents.get(event.login)
        if agent is not None and agent.wrap_up_until is not None:
            self._end_wrap_up(agent)
            self._refresh(agent, event.cause, now)

    def agent_reachable(self, event: inputs.AgentReachable, now: float) -> None:
        """A device is there or can be woken, or none any more."""
        agent = self.agents.get(event.login)
        if agent is None:
            return
        if event.by == "push":
            agent.can_be_woken = event.on
        else:
            agent.has_device = event.on
        self._refresh(agent, event.by, now)

    def agent_free(self, event: inputs.AgentFree, now: float) -> None:
        """A direct call is over: no wrap-up follows, unless it is owed."""
        agent = self.agents.get(event.login)
        if agent is not None and event.call_id in agent.direct:
            del agent.direct[event.call_id]
            self._begin_wrap_up(agent, agent.owed.pop(event.call_id, 0.0), now)
            self._settle(agent, "call", now)

    # --- From the engine ----------------------------------------------------------------------------------------------

    def offered(self, login: str, call_id: str, now: float) -> None:
        """A queue call rings at the agent."""
        agent = self.agents[login]
        agent.offer = call_id
        self._refresh(agent, "call", now)

    def connected(self, login: str, call_id: str, queue: str, offered_at: float, now: float) -> None:
        """The agent has the queue call."""
        agent = self.agents[login]
        agent.offer = None
        agent.serving, agent.serving_queue, agent.serving_since, agent.offered_at = call_id, queue, now, offered_at
        agent.used = True
        agent.misses = 0
        agent.calls += 1
        self._refresh(agent, "call", now)

    def not_taken(self, login: str, cause: str, now: float, *, rests: bool = False) -> None:
        """The offer is gone."""
        agent = self.agents[login]
        agent.offer = None
        agent.resting = agent.resting or rests
        if rests and cause == "no_answer":
            agent.misses += 1
            if agent.chosen is None and 0 < self._rules.misses_before_break <= agent.misses:
                # Who does not pick up is not there: callers are spared the ringing, and the agent is told why.
                agent.presence, agent.reason, agent.misses, cause = "break", MISSED_REASON, 0, MISSED_CAUSE
        self._settle(agent, cause, now)

    def busy(self, agent: Agent, call_id: str, ringing: bool, now: float) -> None:
        """A direct call rings or is connected."""
        # Of several devices that ring for one call, the one that is answered counts.
        agent.direct[call_id] = ringing and agent.direct.get(call_id, True)
        self._refresh(agent, "call", now)

    def call_over(self, agent: Agent, wrap_up_s: float, now: float) -> None:
        """The queue call is over; wrap-up begins, unless the agent has chosen to go."""
        agent.talk_s += now - agent.serving_since
        agent.served, agent.serving = agent.serving, None
        self._begin_wrap_up(agent, agent.owed.pop(agent.served or "", wrap_up_s), now)
        self._settle(agent, "call", now)

    def wrap_up_over(self, login: str, now: float) -> None:
        """The time for wrap-up has passed."""
        agent = self.agents.get(login)
        if agent is not None:
            agent.wrap_up_until = None
            self._refresh(agent, "wrap_up_over", now)

    def rest_over(self, login: str, now: float) -> None:
        """An agent who did not take an offer may be offered the next."""
        agent = self.agents.get(login)
        if agent is not None:
            agent.resting = False
            self._refresh(agent, "rest_over", now)

    def break_overdue(self, login: str) -> None:
        """The break has lasted as long as its reason allows."""
        agent = self.agents.get(login)
        if agent is not None and agent.state == "break" and agent.reason in self._break_limits:
            self._out.append(BreakOverdue(login, agent.reason, float(self._break_limits[agent.reason])))

    # --- Inside -------------------------------------------------------------------------------------------------------

    def _settle(self, agent: Agent, cause: str, now: float) -> None:
        """A call rings or is connected no more: what was chosen meanwhile applies."""
        if not agent.engaged and agent.chosen is not None:
            if agent.chosen.state != "available":
                self._end_wrap_up(agent)
            if agent.chosen.state != agent.presence:
                cause = agent.chosen.cause
            self._choose(agent, agent.chosen)
        self._refresh(agent, cause, now)
        if agent.removed and not agent.engaged:
            self._drop(agent)

    def _choose(self, agent: Agent, event: inputs.AgentSet) -> None:
        if event.state == "available":
            # Choosing to be available is the agent's word that the phone will be answered.
            agent.resting = False
            self._alarms.clear(("rest", agent.login))
        agent.presence, agent.reason, agent.chosen = event.state, event.reason, None

    def _begin_wrap_up(self, agent: Agent, wrap_up_s: float, now: float) -> None:
        if wrap_up_s > 0 and not agent.removed:
            agent.wrap_up_from, agent.wrap_up_until = now, now + wrap_up_s
            self._alarms.set(("wrap_up", agent.login), agent.wrap_up_until)

    def _end_wrap_up(self, agent: Agent) -> None:
        agent.wrap_up_until = None
        self._alarms.clear(("wrap_up", agent.login))

    def _refresh(self, agent: Agent, cause: str, now: float) -> None:
        previous, agent.state = agent.state, agent.seen_as
        if agent.state != previous:
            agent.since = now
            if agent.state == "available" and previous != "ringing":
                agent.idle_since = now
            self._limit_break(agent, now)
            self._say(agent, previous, cause)
        for line in self._lines_of.get(agent.login, ()):
            self._stirred.add(line.queue.name)
            if agent.can_be_offered:
                line.idle.add(agent.login)
            else:
                line.idle.discard(agent.login)

    def _stir(self, agent: Agent) -> None:
        self._stirred.update(line.queue.name for line in self._lines_of.get(agent.login, ()))

    def _limit_break(self, agent: Agent, now: float) -> None:
        limit_s = self._break_limits.get(agent.reason or "") if agent.state == "break" else None
        if limit_s is None:
            self._alarms.clear(("break", agent.login))
        else:
            self._alarms.set(("break", agent.login), now + limit_s)

    def _say(self, agent: Agent, previous: AgentState, cause: str) -> None:
        until = agent.wrap_up_until if agent.state == "wrap_up" else None
        reason = agent.reason if agent.state == agent.presence else None
        self._out.append(AgentChanged(agent.login, agent.state, previous, cause, reason, until, agent.call_id))

    def _drop(self, agent: Agent) -> None:
        for line in self._lines_of.pop(agent.login, ()):
            line.idle.discard(agent.login)
        self._alarms.clear(("wrap_up", agent.login))
        self._alarms.clear(("rest", agent.login))
        self._alarms.clear(("break", agent.login))
        del self.agents[agent.login]
