"""How callers come into a queue and out of it."""

from __future__ import annotations

from dataclasses import dataclass

from pbx.events.event import Body, named


@named("queue.joined")
@dataclass(frozen=True, slots=True)
class QueueJoined(Body):
    queue: str
    position: int
    priority: int = 0


@named("queue.left")
@dataclass(frozen=True, slots=True)
class QueueLeft(Body):
    """``cause``: ``answered`` (``login`` null: picked up by a colleague), ``abandoned``, ``overflow``, ``callback``;
    ``wait_s`` since joining."""

    queue: str
    cause: str
    wait_s: float
    login: str | None = None
