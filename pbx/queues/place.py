"""A caller's place in a waiting line, as the journey of that caller holds it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING

from config.company import Destination, Queue
from pbx.queues import outputs
from pbx.queues.inputs import FailureCause
from pbx.queues.ring_order import RingTurn

if TYPE_CHECKING:
    from pbx.queues.driver import Queues


@dataclass(frozen=True, slots=True)
class Offer:
    """Ring this agent, for ``ring_s`` seconds; ``wakes``: browsers that sleep are to be told."""

    login: str
    ring_s: float
    wakes: bool = False


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Stop ringing this agent: ``no_answer``, ``elsewhere``, ``busy``, ``left``."""

    login: str
    cause: str


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell the caller the position (from 1) and the expected wait; None: it is not known, say nothing of it."""

    position: int
    expected_wait_s: float | None


@dataclass(frozen=True, slots=True)
class Overflow:
    """The caller goes to ``destination``: its cause as the engine says. The place is gone."""

    destination: Destination
    cause: str


@dataclass(frozen=True, slots=True)
class Changed:
    """The queue has other settings now: ``Place.queue`` has them."""


Turn = Offer | Withdraw | Announce | Overflow | Changed


def turn_of(output: outputs.Output) -> Turn | None:
    """What an output of the engine tells the caller's journey; None for one that it knows by itself."""
    match output:
        case outputs.Offer(login=login, ring_s=ring_s, wakes=wakes):
            return Offer(login, ring_s, wakes)
        case outputs.Withdraw(login=login, cause=cause):
            return Withdraw(login, cause)
        case outputs.Announce(position=position, expected_wait_s=expected_wait_s):
            return Announce(position, expected_wait_s)
        case outputs.Overflow(destination=destination, cause=cause):
            return Overflow(destination, cause)
        case _:
            return None


class Place:
    """Made by Queues.join; a context manager that gives the place up, whatever ends the block."""

    def __init__(self, queues: Queues, call_id: str, queue: Queue) -> None:
        self.call_id = call_id
        self.queue = queue
        self._queues = queues
        self._turns: asyncio.Queue[Turn] = asyncio.Queue()

    async def next(self) -> Turn:
        """What is to be done next, in order."""
        return await self._turns.get()

    def put(self, turn: Turn) -> None:
        """For the driver: something is to be done."""
        self._turns.put_nowait(turn)

    def change(self, queue: Queue) -> None:
        """For the driver: the queue's settings from now on."""
        self.queue = queue
        self.put(Changed())

    @property
    def position(self) -> int | None:
        """Place in the line, from 1; None once it is given up."""
        return self._queues.position(self.call_id)

    @property
    def wait_s(self) -> float:
        """Seconds waited so far, in earlier queues too; 0 once the place is given up."""
        return self._queues.wait_s(self.call_id)

    def ring_turn(self) -> RingTurn:
        """For an offer that was made just now: when its telephones ring among those of the same line."""
        return self._queues.ring_order.take(self.queue.name)

    def ringing(self, login: str) -> None:
        """The agent's phone rings now."""
        self._queues.ringing(self.call_id, login)

    def answered(self, login: str, becomes: str = "") -> bool:
        """The agent has answered; False when the offer is gone and the agent's leg is to be hung up."""
        return self._queues.answered(self.call_id, login, becomes)

    def failed(self, login: str, cause: FailureCause) -> None:
        """The agent does not take the call."""
        self._queues.offer_failed(self.call_id, login, cause)

    def leave(self, cause: str = "abandoned") -> None:
        """Give the place up (again: nothing happens)."""
        self._queues.left(self.call_id, cause)

    def __enter__(self) -> Place:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.leave()
