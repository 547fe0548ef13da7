"""What is shown of queues and agents: values as the API and the wallboard see them, times in epoch seconds."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from pbx.events import AgentState


@dataclass(frozen=True, slots=True)
class AgentStatus:
    """One agent now. ``until``: end of wrap-up; ``call_id``: what rings, is connected or is being wrapped up;
    ``next_state``: chosen during the present call, for afterwards.
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


def queue_document(queue: QueueStatus) -> dict[str, Any]:
    """The queue's fields by name, its agents and callers as documents."""
    return dict(zip(_QUEUE, _queue_values(queue), strict=True)) | {
        "agents": [agent_document(agent) for agent in queue.agents],
        "callers": [dict(zip(_CALLER, _caller_values(caller), strict=True)) for caller in queue.callers],
    }


_AGENT, _CALLER, _QUEUE = (tuple(one.__dataclass_fields__) for one in (AgentStatus, WaitingCaller, QueueStatus))
_agent_values, _caller_values, _queue_values = attrgetter(*_AGENT), attrgetter(*_CALLER), attrgetter(*_QUEUE)
