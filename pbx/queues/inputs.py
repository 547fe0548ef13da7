"""What happens to the queues: every input that the engine takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from config.company import Company, Destination

Presence = Literal["available", "break", "offline"]
FailureCause = Literal["no_answer", "busy", "declined", "unreachable"]


@dataclass(frozen=True, slots=True)
class CallerJoined:
    """A caller takes a place; ``waited_s`` was spent in another queue and counts for the order.

    ``preferred``: agents to wait for first, in turn, where the queue does so; ``spared``: an overflow led here again,
    so only the longest wait sends the caller away; ``stays``: nothing does.
    """

    call_id: str
    queue: str
    priority: int = 0
    waited_s: float = 0.0
    preferred: tuple[str, ...] = ()
    spared: bool = False
    stays: bool = False


@dataclass(frozen=True, slots=True)
class CallerLeft:
    """A caller gives the place up: ``abandoned``, ``callback``, ``answered`` (picked up by a colleague) …"""

    call_id: str
    cause: str = "abandoned"


@dataclass(frozen=True, slots=True)
class CallerMoved:
    """A supervisor gives a caller another place in the line, from 1."""

    call_id: str
    position: int


@dataclass(frozen=True, slots=True)
class CallerSent:
    """A supervisor sends a caller elsewhere."""

    call_id: str
    destination: Destination


@dataclass(frozen=True, slots=True)
class QueueOpened:
    """The hours of a queue have begun, or are over."""

    queue: str
    on: bool


@dataclass(frozen=True, slots=True)
class AgentSet:
    """An agent, or somebody for the agent, has chosen a state."""

    login: str
    state: Presence
    cause: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AgentReachable:
    """The agent has at least one registered device, or none any more; by ``push``: a sleeping browser can be woken."""

    login: str
    on: bool
    by: Literal["device", "push"] = "device"


@dataclass(frozen=True, slots=True)
class OfferRinging:
    """The offered call rings at the agent's phone: the ring time counts from here."""

    call_id: str
    login: str


@dataclass(frozen=True, slots=True)
class OfferAnswered:
    """The agent has taken the offered call; ``becomes``: the call that it is from now on, if another."""

    call_id: str
    login: str
    becomes: str = ""


@dataclass(frozen=True, slots=True)
class OfferFailed:
    """The agent does not take the offered call."""

    call_id: str
    login: str
    cause: FailureCause


@dataclass(frozen=True, slots=True)
class CallOver:
    """The agent's part of a queue call is over."""

    call_id: str
    login: str


@dataclass(frozen=True, slots=True)
class AgentBusy:
    """A call that no queue has offered rings at the agent (``ringing``) or is connected."""

    login: str
    call_id: str
    ringing: bool = False


@dataclass(frozen=True, slots=True)
class AgentFree:
    """A call that no queue has offered is over for the agent."""

    login: str
    call_id: str


@dataclass(frozen=True, slots=True)
class WrapUpOwed:
    """A call is to be followed by wrap-up of this length (0: by none), whatever its queue says, or without one."""

    login: str
    call_id: str
    wrap_up_s: float


@dataclass(frozen=True, slots=True)
class WrapUpExtended:
    """The agent needs ``by_s`` seconds more."""

    login: str
    by_s: float


@dataclass(frozen=True, slots=True)
class WrapUpEnded:
    """Somebody ends the wrap-up of an agent."""

    login: str
    cause: str


@dataclass(frozen=True, slots=True)
class Configured:
    """The company has changed."""

    company: Company


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The deadline that the engine asked for has come."""


Input = (
    CallerJoined
    | CallerLeft
    | CallerMoved
    | CallerSent
    | QueueOpened
    | AgentSet
    | AgentReachable
    | OfferRinging
    | OfferAnswered
    | OfferFailed
    | CallOver
    | AgentBusy
    | AgentFree
    | WrapUpOwed
    | WrapUpExtended
    | WrapUpEnded
    | Configured
    | TimePassed
)
