"""The floor at one moment: every queue and agent as the API and the wallboard see them, read off the engine."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from config.company import Company
from pbx.queues.agents import Agent
from pbx.queues.engine import QueueEngine
from pbx.queues.errors import UnknownQueueError
from pbx.queues.status import AgentStatus, QueueStatus, WaitingCaller, floor_document, served_by_agent

SHOWN_CALLERS = 100


class Floor:
    """What is shown of ``engine``; ``callbacks``: the ids of those that wait in it without a caller.

    ``clock`` is the engine's (seconds, never backwards); ``wall`` gives epoch seconds for what people see. ``life``
    names this object among all that there ever were, so that what was seen of an earlier one is never taken for it.
    """

    def __init__(
        self,
        company: Company,
        engine: QueueEngine,
        callbacks: Collection[str],
        *,
        clock: Callable[[], float],
        wall: Callable[[], float],
        life: str,
    ) -> None:
        self._engine = engine
        self._callbacks = callbacks
        self._clock = clock
        self._wall = wall
        self._life = life
        self._steps = 0
        self._statuses: dict[str, AgentStatus] = {}
        self.configure(company)

    def configure(self, company: Company) -> None:
        """Take a changed company."""
        self._company = company
        self._served = served_by_agent(company)

    def changes(self) -> None:
        """The engine takes a step: what was seen before is over."""
        self._steps += 1
        self._statuses.clear()

    def epoch(self, at: float) -> float:
        """A time of the engine's clock in epoch seconds."""
        return round(self._wall() - self._clock() + at, 3)

    def status(self, agent: Agent) -> AgentStatus:
        """One agent now."""
        status = self._statuses.get(agent.login)
        if status is None:
            status = self._statuses[agent.login] = self._status_now(agent)
        return status

    def agents(self) -> list[AgentStatus]:
        """Everyone, by extension."""
        return [self.status(agent) for agent in sorted(self._engine.agents.values(), key=lambda one: one.extension)]

    def queue(self, name: str) -> QueueStatus:
        """One queue now. Raises UnknownQueueError."""
        line = self._engine.lines.get(name)
        if line is None:
            raise UnknownQueueError(f"no queue '{name}'; allowed: {', '.join(sorted(self._engine.lines))}")
        now = self._clock()
        calls = [call_id for call_id in line.call_ids if call_id not in self._callbacks]
        longest = max((now - self._engine.callers[call].joined_at for call in calls), default=0.0)
        members = tuple(
            self.status(self._engine.agents[member.login])
            for member in line.queue.members
            if member.login in self._engine.agents
        )
        places = tuple(
            self._shown(call_id, position, now)
            for position, call_id in enumerate(line.call_ids[:SHOWN_CALLERS], start=1)
        )
        return QueueStatus(name, line.queue.title or name, len(calls), round(longest, 3), members, places)

    def queues(self) -> list[QueueStatus]:
        """Every queue, in the company's order."""
        return [self.queue(queue.name) for queue in self._company.queues]

    def document(self, known: str | None = None) -> dict[str, Any]:
        """Queues and agents now (``floor_document``), or only their revision when it is ``known``.

        Between two steps of the engine nothing changes but the time that callers have waited.
        """
        revision = f"{self._life}.{self._steps}"
        return {"revision": revision} if revision == known else floor_document(revision, self.agents(), self.queues())

    def _shown(self, call_id: str, position: int, now: float) -> WaitingCaller:
        caller = self._engine.callers[call_id]
        kind = "callback" if call_id in self._callbacks else "call"
        waited_s = round(now - caller.joined_at, 3)
        return WaitingCaller(call_id, kind, position, waited_s, caller.priority, tuple(caller.offers))

    def _status_now(self, agent: Agent) -> AgentStatus:
        person = self._company.person(agent.login)
        wrap_up = agent.wrap_up_until if agent.state == "wrap_up" else None
        return AgentStatus(
            login=agent.login,
            name=person.name if person else agent.login,
            extension=agent.extension,
            queues=self._served.get(agent.login, ()),
            state=agent.state,
            reason=agent.reason if agent.state == agent.presence else None,
            since=self.epoch(agent.since),
            until=None if wrap_up is None else self.epoch(wrap_up),
            call_id=agent.call_id,
            next_state=agent.chosen.state if agent.chosen else None,
            reachable=agent.reachable,
            asleep=not agent.has_device and agent.can_be_woken,
        )
