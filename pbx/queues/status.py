"""What is shown of queues and agents: values as the API and the wallboard see them, times in epoch seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from config.company import Company
from pbx.events import AgentState


@dataclass(frozen=True, slots=True)
class AgentStatus:
    """One agent now. ``until``: end of wrap-up; ``call_id``: what rings, is connected or is being wrapped up;
    ``next_state``: chosen during the present call, for afterwards; ``asleep``: reachable by a browser that is to be
    woken, and by nothing else.
    """

    login: str
    name: str
    extension: str
    queues: tuple[str, ...]
    state: AgentState
    reason: str | None
    since: float
    until: float | None
    call_id: str | None
    next_state: AgentState | None
    reachable: bool
    asleep: bool

    @property
    def is_there(self) -> bool:
        """A device can ring at once."""
        return self.reachable and not self.asleep


@dataclass(frozen=True, slots=True)
class WaitingCaller:
    """One place in a line. ``kind``: ``call``, or ``callback`` (``call_id`` is then the callback's id)."""

    call_id: str
    kind: str
    position: int
    wait_s: float
    priority: int
    ringing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """One queue now. ``waiting``: callers without an agent, ringing ones included, callbacks not; ``longest_wait_s``:
    of these. ``callers``: the first 100 places, callbacks included.
    """

    name: str
    title: str
    waiting: int
    longest_wait_s: float
    agents: tuple[AgentStatus, ...]
    callers: tuple[WaitingCaller, ...] = ()


def agent_document(agent: AgentStatus) -> dict[str, Any]:
    """The agent's fields by name. No ``asdict``: its deep copies of a large floor would hold up the exchange's loop."""
    return dict(zip(_AGENT, _agent_values(agent), strict=True))


def floor_document(revision: str, agents: Sequence[AgentStatus], queues: Sequence[QueueStatus]) -> dict[str, Any]:
    """``{"revision", "agents": […], "queues": […]}``, each agent once: a queue lists the logins of its ``members``."""
    return {
        "revision": revision,
        "agents": [agent_document(agent) for agent in agents],
        "queues": [
            {
                "name": queue.name,
                "title": queue.title,
                "waiting": queue.waiting,
                "longest_wait_s": queue.longest_wait_s,
                "members": [agent.login for agent in queue.agents],
                "callers": [dict(zip(_CALLER, _caller_values(caller), strict=True)) for caller in queue.callers],
            }
            for queue in queues
        ],
    }


def served_by_agent(company: Company) -> dict[str, tuple[str, ...]]:
    """The queues of each agent by login, in the company's order."""
    served: dict[str, list[str]] = {}
    for queue in company.queues:
        for login in dict.fromkeys(member.login for member in queue.members):
            served.setdefault(login, []).append(queue.name)
    return {login: tuple(names) for login, names in served.items()}


_AGENT, _CALLER = (tuple(one.__dataclass_fields__) for one in (AgentStatus, WaitingCaller))
_agent_values, _caller_values = attrgetter(*_AGENT), attrgetter(*_CALLER)
