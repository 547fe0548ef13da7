"""One agent: what was chosen (available, break, offline) and what is going on (ringing, talking, wrap-up)."""

from __future__ import annotations

from dataclasses import dataclass, field

from pbx.events import AgentState
from pbx.queues.inputs import AgentSet, Presence


@dataclass(slots=True)
class Agent:
    """Times are seconds on the engine's clock.

    ``offer``: the queue call that rings; ``serving``: the queue call that is connected; ``served``: the one that the
    wrap-up is about; ``direct``: other calls, True while one only rings; ``chosen``: a state set during a call, for
    afterwards; ``misses``: queue calls in a row that rang in vain.
    """

    login: str
    extension: str
    since: float
    presence: Presence = "offline"
    reason: str | None = None
    has_device: bool = False
    can_be_woken: bool = False
    offer: str | None = None
    serving: str | None = None
    served: str | None = None
    serving_queue: str = ""
    serving_since: float = 0.0
    offered_at: float = 0.0
    direct: dict[str, bool] = field(default_factory=dict)
    owed: dict[str, float] = field(default_factory=dict)  # seconds of wrap-up after these calls
    wrap_up_from: float = 0.0
    wrap_up_until: float | None = None
    resting: bool = False
    chosen: AgentSet | None = None
    idle_since: float | None = None
    used: bool = False
    misses: int = 0
    calls: int = 0
    talk_s: float = 0.0
    state: AgentState = "offline"
    removed: bool = False

    @property
    def engaged(self) -> bool:
        """A call rings or is connected."""
        return self.offer is not None or self.serving is not None or bool(self.direct)

    @property
    def in_direct_call(self) -> bool:
        """A call that no queue has offered is connected."""
        return any(not ringing for ringing in self.direct.values())

    @property
    def seen_as(self) -> AgentState:
        """The state that others see."""
        if self.serving is not None or self.in_direct_call:
            return "talking"
        if self.offer is not None or self.direct:
            return "ringing"
        if self.wrap_up_until is not None:
            return "wrap_up"
        return self.presence

    @property
    def reachable(self) -> bool:
        """A device can ring, or come when it is told of a call."""
        return self.has_device or self.can_be_woken

    @property
    def can_be_offered(self) -> bool:
        """Free, willing, and reachable."""
        return self.state == "available" and self.reachable and not self.resting and not self.removed

    @property
    def on_duty(self) -> bool:
        """Serves callers now or after the present call."""
        leaves = self.chosen is not None and self.chosen.state != "available"
        return self.presence == "available" and self.reachable and not leaves

    @property
    def call_id(self) -> str | None:
        """The call that rings, is connected, or is being wrapped up."""
        connected = next((call for call, ringing in self.direct.items() if not ringing), None)
        present = self.serving or connected or self.offer or next(iter(self.direct), None)
        return self.served if present is None and self.wrap_up_until is not None else present
