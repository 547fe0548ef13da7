"""Provisional responses that the caller must acknowledge, as the called side (RFC 3262 §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import proxy

from pbx.sip.errors import MalformedError, RemoteError
from pbx.sip.message import Request, Response, response_to
from pbx.sip.session_outputs import Respond

if TYPE_CHECKING:
    from pbx.sip.session_server import ServerSession

MAX_QUEUED = 8


def parse_rack(text: str) -> tuple[int, int, str]:
    """RSeq number, CSeq number and method of a RAck. Raises MalformedError."""
    parts = text.split()
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 10 for part in parts[:2]):
        raise MalformedError("not a RAck")
    return int(parts[0]), int(parts[1]), parts[2]


class ReliableProvisional:
    """One at a time, repeated at intervals from T1 doubling until its PRACK comes."""

    def __init__(self, session: ServerSession, first: int) -> None:
        self._session: ServerSession = proxy(
            session
        )  # which owns this: a loop of the two would be left to the collector
        self._next = first
        self._waiting: Response | None = None
        self._number = 0
        self._queued: list[Response] = []
        self._interval = 0.0
        self._give_up_at = 0.0

    @property
    def is_waiting(self) -> bool:
        return self._waiting is not None

    @property
    def carries_sdp(self) -> bool:
        """Whether the response that waits has a session description."""
        return self._waiting is not None and self._waiting.sdp is not None

    def send(self, response: Response, now: float) -> None:
        """Send it, once the one before has its PRACK."""
        if self._waiting is not None:
            self._queued.append(response)
            del self._queued[:-MAX_QUEUED]
            return
        self._number, self._next = self._next, self._next + 1
        response.headers.add("Require", "100rel")
        response.headers.add("RSeq", str(self._number))
        timing = self._session.timing
        self._waiting, self._interval, self._give_up_at = response, timing.t1, now + timing.give_up
        self._session.outputs.append(Respond(self._session.request, response))
        self._session.deadlines.set("prack", now + timing.t1)

    def repeat(self, now: float) -> None:
        """Send it again; after 64*T1 without a PRACK the call is refused (RFC 3262 §3)."""
        if self._waiting is None:
            return
        if now >= self._give_up_at:
            self.stop()
            self._session.prack_missing(now)
            return
        self._session.outputs.append(Respond(self._session.request, self._waiting))
        self._interval *= 2
        self._session.deadlines.set("prack", min(now + self._interval, self._give_up_at))

    def acknowledge(self, prack: Request, now: float, *, respond: bool = True) -> None:
        """A PRACK came; ``respond``: with a mere 200. Raises RemoteError (481) for one that fits no response."""
        number, cseq, method = parse_rack(prack.required("rack"))
        invite = self._session.request
        if self._waiting is None or (number, cseq, method) != (self._number, invite.cseq.number, "INVITE"):
            raise RemoteError("no response with this RSeq", 481, "Call/Transaction Does Not Exist")
        self.stop(keep_queue=True)
        if respond:
            self._session.outputs.append(Respond(prack, response_to(prack, 200)))
        if self._queued:
            self.send(self._queued.pop(0), now)

    def stop(self, keep_queue: bool = False) -> None:
        self._waiting = None
        if not keep_queue:
            self._queued.clear()
        self._session.deadlines.clear("prack")
