"""Customers who are to be called back."""

from __future__ import annotations

from dataclasses import dataclass

from pbx.events.event import Body, named


@named("callback.requested")
@dataclass(frozen=True, slots=True)
class CallbackRequested(Body):
    """Somebody is to be called back. ``source``: ``caller`` (of the event's call), else who asked over the API;
    ``due_at``: not before, epoch seconds."""

    callback_id: str
    queue: str
    number: str
    source: str = "caller"
    due_at: float | None = None


@named("callback.changed")
@dataclass(frozen=True, slots=True)
class CallbackChanged(Body):
    """Another number, queue or time."""

    callback_id: str
    queue: str
    number: str
    by: str
    due_at: float | None = None


@named("callback.attempted")
@dataclass(frozen=True, slots=True)
class CallbackAttempted(Body):
    """The customer was called, in the event's call. ``result`` as the call's, or ``machine``, ``message_left``."""

    callback_id: str
    queue: str
    number: str
    attempt: int
    login: str | None
    result: str


@named("callback.ended")
@dataclass(frozen=True, slots=True)
class CallbackEnded(Body):
    """``result``: ``reached`` (``cause``: ``called_by_hand`` where it was not the queue that called), ``failed`` (no
    attempt is left), ``cancelled`` (``cause``: ``called_again``, ``asked_twice``, ``api``, ``refused``), ``expired``;
    ``wait_s`` from the request."""

    callback_id: str
    queue: str
    number: str
    result: str
    cause: str
    attempts: int
    wait_s: float
    login: str | None = None
