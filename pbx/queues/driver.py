"""The queues on the exchange's loop: one timer, the engine's outputs turned into events and callers' turns.

Nothing here waits: every call is a step of the engine, and what follows from it is carried out before it returns.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection
from random import Random
from typing import Any, cast

import structlog

from config.company import Company, Destination
from config.queueing import CallDirection
from pbx.events import AgentBreakOverdue, AgentStateChanged, Body, QueueJoined, QueueLeft
from pbx.queues import inputs, outputs
from pbx.queues.agents import Agent
from pbx.queues.engine import QueueEngine
from pbx.queues.errors import (
    AgentStateError,
    AlreadyWaitingError,
    NotWaitingError,
    UnknownAgentError,
    UnknownQueueError,
)
from pbx.queues.floor import Floor
from pbx.queues.place import Place, turn_of
from pbx.queues.ring_order import RingOrder
from pbx.queues.status import AgentStatus, QueueStatus

log = structlog.get_logger()

Emit = Callable[[Body, str | None], None]

_PRESENCES = ("available", "break", "offline")


class Queues:
    """Every queue of the exchange. ``emit(body, call_id)`` puts an event on the stream; ``direction_of`` tells of a
    call that no queue has offered which way it goes, for the company's rule of what makes an agent busy.

    ``clock`` is the engine's (seconds, never backwards); ``wall`` and ``life``: see Floor.
    """

    def __init__(
        self,
        company: Company,
        *,
        emit: Emit,
        rng: Random | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        life: str = "",
    ) -> None:
        self._company = company
        self._emit = emit
        self._clock = clock
        self._engine = QueueEngine(company, rng or Random(), clock())
        self._places: dict[str, Place] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._pending: deque[inputs.Input] = deque()
        self._callbacks: set[str] = set()
        self._floor = Floor(company, self._engine, self._callbacks, clock=clock, wall=wall, life=life)
        self.direction_of: Callable[[str], CallDirection] = lambda _: "inbound"
        self._stepping = False
        self.ring_order = RingOrder()

    def configure(self, company: Company) -> None:
        """Take a changed company: nobody who waits is dropped; callers of a removed queue go to its overflow."""
        changed = {queue.name: queue for queue in company.queues}
        for queue in self._company.queues:
            if changed.get(queue.name) == queue:
                del changed[queue.name]
        self._company = company
        self._floor.configure(company)
        self._step(inputs.Configured(company))
        for taken in self._places.values():
            if (queue_now := changed.get(taken.queue.name)) is not None:
                taken.change(queue_now)

    def stop(self) -> None:
        """No more timers; callers keep their places until their journeys end."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # --- Callers ------------------------------------------------------------------------------------------------------

    def join(
        self,
        call_id: str,
        queue: str,
        *,
        priority: int = 0,
        waited_s: float = 0.0,
        preferred: tuple[str, ...] = (),
        spared: bool = False,
        is_callback: bool = False,
    ) -> Place:
        """Take a place; turns may stand ready in it at once. Raises UnknownQueueError, AlreadyWaitingError.

        ``preferred`` and ``spared``: see CallerJoined. A callback has a place like a caller, never overflows, and its
        joining and leaving are no events: nobody hears it wait.
        """
        line = self._engine.lines.get(queue)
        if line is None:
            raise UnknownQueueError(f"no queue '{queue}'; allowed: {', '.join(sorted(self._engine.lines))}")
        if call_id in self._places:
            raise AlreadyWaitingError(f"call {call_id} waits already")
        taken = Place(self, call_id, line.queue)
        self._places[call_id] = taken
        if is_callback:
            self._callbacks.add(call_id)
        self._step(inputs.CallerJoined(call_id, queue, priority, waited_s, preferred, spared, stays=is_callback))
        return taken

    def left(self, call_id: str, cause: str = "abandoned") -> None:
        """The caller has gone: ``abandoned``, ``callback``, ``answered`` (picked up). Idempotent."""
        self._step(inputs.CallerLeft(call_id, cause))
        self._places.pop(call_id, None)
        self._callbacks.discard(call_id)

    def move(self, call_id: str, position: int) -> None:
        """Give who waits another place in the line, from 1. Raises NotWaitingError."""
        self._waiting(call_id)
        self._step(inputs.CallerMoved(call_id, position))

    def send(self, call_id: str, destination: Destination) -> None:
        """Send a caller elsewhere; the time waited counts there too. Raises NotWaitingError."""
        self._waiting(call_id)
        self._step(inputs.CallerSent(call_id, destination))

    def opened(self, queue: str, on: bool) -> None:
        """The hours of a queue have begun, or are over."""
        line = self._engine.lines.get(queue)
        if line is not None and line.is_open is not on:
            self._step(inputs.QueueOpened(queue, on))

    def ringing(self, call_id: str, login: str) -> None:
        """The offered call rings at the agent's phone."""
        self._step(inputs.OfferRinging(call_id, login))

    def is_open(self, queue: str) -> bool:
        """Whether the queue's hours have begun; without hours always."""
        line = self._engine.lines.get(queue)
        return line is not None and line.is_open

    def answered(self, call_id: str, login: str, becomes: str = "") -> bool:
        """The agent has answered; False when the offer is gone: hang up on the agent.

        ``becomes``: the call in which the agent talks, where it is not the one that waited (a callback).
        """
        caller = self._engine.callers.get(call_id)
        if caller is None or login not in caller.offers:
            return False
        self._step(inputs.OfferAnswered(call_id, login, becomes))
        return True

    def offer_failed(self, call_id: str, login: str, cause: inputs.FailureCause) -> None:
        """The agent does not take the call: the next agent, at once."""
        self._step(inputs.OfferFailed(call_id, login, cause))

    def position(self, call_id: str) -> int | None:
        """Place in the line, from 1."""
        return self._engine.position(call_id)

    def wait_s(self, call_id: str) -> float:
        """Seconds that a waiting caller has waited."""
        caller = self._engine.callers.get(call_id)
        return self._clock() - caller.joined_at if caller else 0.0

    # --- Agents -------------------------------------------------------------------------------------------------------

    def call_over(self, call_id: str, login: str) -> None:
        """The agent's part of a queue call is over: wrap-up begins. Idempotent."""
        self._step(inputs.CallOver(call_id, login))

    def busy(self, login: str, call_id: str, *, ringing: bool = False) -> None:
        """A call that no queue has offered rings at this person, or is connected."""
        if self.direction_of(call_id) in self._company.agents.busy_in:
            self._step(inputs.AgentBusy(login, call_id, ringing))

    def free(self, login: str, call_id: str) -> None:
        """That call is over for this person. Idempotent."""
        self._step(inputs.AgentFree(login, call_id))

    def owe_wrap_up(self, login: str, call_id: str, wrap_up_s: float) -> None:
        """That call of this person is to be followed by wrap-up of this length, or by none (0)."""
        self._step(inputs.WrapUpOwed(login, call_id, wrap_up_s))

    def set_agent(self, login: str, state: str, reason: str | None = None, cause: str = "api") -> AgentStatus:
        """Choose ``available``, ``break`` or ``offline``; during a call it applies afterwards.

        Raises UnknownAgentError, AgentStateError.
        """
        if state not in _PRESENCES:
            raise AgentStateError(f"state '{state}' cannot be set; allowed: {', '.join(_PRESENCES)}")
        self._known(login)
        self._step(inputs.AgentSet(login, cast(inputs.Presence, state), cause, reason))
        return self.agent(login)

    def toggle(self, login: str, cause: str = "code") -> AgentStatus:
        """From available to offline, and from anything else to available. Raises UnknownAgentError."""
        agent = self._known(login)
        chosen = agent.chosen.state if agent.chosen is not None else agent.presence
        return self.set_agent(login, "offline" if chosen == "available" else "available", cause=cause)

    def extend_wrap_up(self, login: str, by_s: float) -> AgentStatus:
        """More time after the call. Raises UnknownAgentError, AgentStateError when not in wrap-up."""
        if self._known(login).wrap_up_until is None:
            raise AgentStateError(f"{login} is not in wrap-up")
        self._step(inputs.WrapUpExtended(login, by_s))
        return self.agent(login)

    def end_wrap_up(self, login: str, cause: str = "supervisor") -> AgentStatus:
        """No more time after the call. Raises UnknownAgentError, AgentStateError when not in wrap-up."""
        if self._known(login).wrap_up_until is None:
            raise AgentStateError(f"{login} is not in wrap-up")
        self._step(inputs.WrapUpEnded(login, cause))
        return self.agent(login)

    def reachable(self, login: str, on: bool) -> None:
        """A device of this person is registered, or none any more."""
        self._step(inputs.AgentReachable(login, on))

    def can_be_woken(self, logins: Collection[str]) -> None:
        """Who has a browser that sleeps and comes when it is told of a call; nobody else has."""
        for agent in list(self._engine.agents.values()):
            if agent.can_be_woken is not (agent.login in logins):
                self._step(inputs.AgentReachable(agent.login, not agent.can_be_woken, by="push"))

    # --- What is shown ------------------------------------------------------------------------------------------------

    def agent(self, login: str) -> AgentStatus:
        """One agent now. Raises UnknownAgentError."""
        return self._floor.status(self._known(login))

    def agents(self) -> list[AgentStatus]:
        """Everyone, by extension."""
        return self._floor.agents()

    def at_work(self, lost: Collection[str] = ()) -> list[tuple[str, str]]:
        """Login and extension of everyone who may be rung now or later, and of those of ``lost`` who are known."""
        return [
            (agent.login, agent.extension)
            for agent in self._engine.agents.values()
            if agent.login in lost or (agent.has_device and agent.state != "offline")
        ]

    def queue(self, name: str) -> QueueStatus:
        """One queue now. Raises UnknownQueueError."""
        return self._floor.queue(name)

    def queues(self) -> list[QueueStatus]:
        """Every queue, in the company's order."""
        return self._floor.queues()

    def floor(self, known: str | None = None) -> dict[str, Any]:
        """Queues and agents now (``pbx.queues.status.floor_document``), or only their revision when it is ``known``."""
        return self._floor.document(known)

    def _waiting(self, call_id: str) -> None:
        if call_id not in self._engine.callers:
            raise NotWaitingError(f"{call_id} does not wait in a queue")

    def _known(self, login: str) -> Agent:
        agent = self._engine.agents.get(login)
        if agent is None:
            raise UnknownAgentError(f"no agent '{login}'")
        return agent

    # --- Steps --------------------------------------------------------------------------------------------------------

    def _step(self, event: inputs.Input) -> None:
        # A subscriber of an event may call back into the queues: its input waits until this one is carried out.
        self._pending.append(event)
        if self._stepping:
            return
        self._stepping = True
        try:
            while self._pending:
                self._floor.changes()
                for output in self._engine.handle(self._pending.popleft(), self._clock()):
                    self._carry_out_safely(output)
        finally:
            self._stepping = False
            self._set_timer()

    def _carry_out_safely(self, output: outputs.Output) -> None:
        try:
            self._carry_out(output)
        except Exception:  # the engine has decided already: one output's fault must not cost the callers the others
            log.exception("queue_output_failed", output=repr(output))

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = self._engine.next_deadline()
        if deadline is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.0, deadline - self._clock()), self._time_passed)

    def _time_passed(self) -> None:
        self._timer = None
        self._step(inputs.TimePassed())

    def _carry_out(self, output: outputs.Output) -> None:
        if isinstance(output, outputs.AgentChanged):
            until = None if output.until is None else self._floor.epoch(output.until)
            self._emit(
                AgentStateChanged(output.login, output.state, output.previous, output.cause, output.reason, until),
                output.call_id,
            )
        elif isinstance(output, outputs.BreakOverdue):
            self._emit(AgentBreakOverdue(output.login, output.reason, output.max_s), None)
        elif isinstance(output, outputs.Joined | outputs.Left) and output.call_id in self._callbacks:
            pass
        elif isinstance(output, outputs.Joined):
            self._emit(QueueJoined(output.queue, output.position, output.priority), output.call_id)
        elif isinstance(output, outputs.Left):
            self._emit(QueueLeft(output.queue, output.cause, round(output.wait_s, 3), output.login), output.call_id)
        else:
            self._tell_caller(output)

    def _tell_caller(
        self, output: outputs.Offer | outputs.Withdraw | outputs.Announce | outputs.Overflow | outputs.Connected
    ) -> None:
        taken = self._places.get(output.call_id)
        if taken is None:
            return
        if (turn := turn_of(output)) is not None:
            taken.put(turn)
        if isinstance(output, outputs.Overflow | outputs.Connected):
            del self._places[output.call_id]
