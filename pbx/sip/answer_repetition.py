"""A 2xx to an INVITE is repeated until its ACK comes (RFC 3261 §13.3.1.4, §14.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import proxy

from pbx.sip.message import Request, Response
from pbx.sip.session_events import Acknowledged
from pbx.sip.session_outputs import Respond

if TYPE_CHECKING:
    from pbx.sip.session import Session


@dataclass(slots=True)
class _Unacknowledged:
    request: Request
    response: Response
    interval: float
    give_up_at: float


class AnswerRepetition:
    """The 2xx that waits for its ACK; there is at most one."""

    __slots__ = ("_session", "_waiting")

    def __init__(self, session: Session) -> None:
        self._session: Session = proxy(session)  # which owns this: a loop of the two would be left to the collector
        self._waiting: _Unacknowledged | None = None

    @property
    def is_waiting(self) -> bool:
        return self._waiting is not None

    def start(self, request: Request, response: Response, now: float) -> None:
        """``response`` was sent for the first time."""
        timing = self._session.timing
        self._waiting = _Unacknowledged(request, response, timing.t1, now + timing.give_up)
        self._session.deadlines.set("ack", now + timing.t1)

    def repeat(self, now: float) -> None:
        """Send it again, at intervals from T1 doubling up to T2; after 64*T1 the call is over."""
        waiting = self._waiting
        if waiting is None:
            return
        if now >= waiting.give_up_at:
            self._waiting = None
            self._session.acknowledgement_missing(now)
            return
        self._session.outputs.append(Respond(waiting.request, waiting.response))
        waiting.interval = min(2 * waiting.interval, self._session.timing.t2)
        self._session.deadlines.set("ack", min(now + waiting.interval, waiting.give_up_at))

    def acknowledge(self, ack: Request, now: float) -> None:
        """An ACK came; one that belongs to nothing is dropped."""
        waiting = self._waiting
        if waiting is None or ack.cseq.number != waiting.request.cseq.number:
            return
        self.stop()
        made_offer = waiting.request.sdp is None
        if not self._session.has_ended:
            self._session.emit(Acknowledged(ack.sdp if made_offer else None))
        self._session.acknowledged(now)

    def stop(self) -> None:
        self._waiting = None
        self._session.deadlines.clear("ack")
