"""What is shown of queues and agents: values as the API and the wallboard see them, times in epoch seconds."""

from __future__ import annotations

from dataclasses import dataclass

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
