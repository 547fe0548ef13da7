"""What the queues decide: every output of the engine, in the order in which it is to be carried out."""

from __future__ import annotations

from dataclasses import dataclass

from config.company import Destination
from pbx.events import AgentState


@dataclass(frozen=True, slots=True)
class Joined:
    """The caller has a place; ``position`` counts from 1."""

    call_id: str
    queue: str
    position: int
    priority: int


@dataclass(frozen=True, slots=True)
class Left:
    """The caller has no place any more: ``answered``, ``abandoned``, ``overflow``, ``callback``."""

    call_id: str
    queue: str
    cause: str
    wait_s: float
    login: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """Ring this agent for this caller, for ``ring_s`` seconds; ``wakes``: browsers that sleep are to be told."""

    call_id: str
    login: str
    queue: str
    ring_s: float
    wakes: bool = False


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Stop ringing: ``no_answer``, ``elsewhere`` (another agent has it), ``busy``, ``left`` (the caller has gone)."""

    call_id: str
    login: str
    cause: str


@dataclass(frozen=True, slots=True)
class Connected:
    """The caller is the agent's now."""

    call_id: str
    login: str
    queue: str
    wait_s: float


@dataclass(frozen=True, slots=True)
class Overflow:
    """The caller goes elsewhere: ``max_wait``, ``full``, ``no_agents``, ``all_on_break``, ``outside_hours``,
    ``long_wait``, ``removed`` with the queue, ``moved`` by a supervisor."""

    call_id: str
    queue: str
    destination: Destination
    cause: str


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell the caller the position and, where it is known, the expected wait."""

    call_id: str
    position: int
    expected_wait_s: float | None


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """An agent's state as others see it; ``until`` is when wrap-up ends, on the engine's clock."""

    login: str
    state: AgentState
    previous: AgentState
    cause: str
    reason: str | None = None
    until: float | None = None
    call_id: str | None = None


@dataclass(frozen=True, slots=True)
class BreakOverdue:
    """The break of an agent has lasted as long as one with this reason may."""

    login: str
    reason: str
    max_s: float


Output = Joined | Left | Offer | Withdraw | Connected | Overflow | Announce | AgentChanged | BreakOverdue
