"""Changing a session: re-INVITE and UPDATE, both ways, with glare (RFC 3261 §14, RFC 3311, RFC 6141)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import proxy

from pbx.sip.errors import RemoteError, WrongStateError
from pbx.sip.headers import HeaderList
from pbx.sip.message import Request, Response
from pbx.sip.session_events import Offered, SessionState
from pbx.sip.session_outputs import Outcome, SendAck

if TYPE_CHECKING:
    from pbx.sip.session import Session

_ATTEMPTS = 5
_LONGEST_WAIT_S = 10
_SILENT = 0  # the number of a refresh, which nobody waits for


@dataclass(slots=True)
class _Ours:
    number: int
    method: str
    sdp: bytes
    headers: tuple[tuple[str, str], ...] = ()
    request: Request | None = None  # None: waits for its turn
    attempts: int = 0


class Renegotiation:
    """At most one offer of ours and one of the peer's is open."""

    __slots__ = ("_ack", "_next", "_ours", "_session", "_theirs")

    def __init__(self, session: Session) -> None:
        self._session: Session = proxy(session)  # which owns this: a loop of the two would be left to the collector
        self._ours: _Ours | None = None
        self._next: _Ours | None = None
        self._theirs: Request | None = None
        self._ack: tuple[int, SendAck] | None = None

    # --- Ours ---------------------------------------------------------------------------------------------------------

    def offer(self, number: int, sdp: bytes, method: str, now: float) -> None:
        """Send a re-INVITE or UPDATE, as soon as the dialog allows it; Outcome ``number`` follows.

        Raises WrongStateError outside an answered call, or while another offer of ours is open.
        """
        self._session.require(SessionState.ANSWERED, SessionState.CONFIRMED)
        ours = _Ours(number, method, sdp)
        if self._ours is None:
            self._ours = ours
            self.try_again(now)
        elif self._ours.number == _SILENT and self._next is None:
            self._next = ours
        else:
            raise WrongStateError("an offer of ours is open")

    def refresh(self, method: str, sdp: bytes, headers: HeaderList, now: float) -> None:
        """Keep the session alive (RFC 4028 §7.4); whoever changes it at the moment refreshes it as well."""
        if self._ours is None:
            self._ours = _Ours(_SILENT, method, sdp, tuple(headers))
            self.try_again(now)

    def try_again(self, now: float) -> None:
        """Send what waits, if it may be sent now."""
        ours, session = self._ours, self._session
        if ours is None or ours.request is not None or "reoffer" in session.deadlines:
            return
        if session.state is not SessionState.CONFIRMED or self._theirs is not None or session.answers.is_waiting:
            return
        dialog = session.require(SessionState.CONFIRMED)
        headers = [*session.dialog_headers(), *(ours.headers or session.timer.request_headers())]
        request = dialog.request(ours.method, headers, ours.sdp, "application/sdp")
        ours.request = request
        ours.attempts += 1
        session.deadlines.set("unanswered", now + session.timing.give_up + 1)
        session.send(request, dialog, self._responded)

    def _responded(self, request: Request, response: Response | None, status: int, now: float) -> None:
        ours, session = self._ours, self._session
        if response is not None and status < 300:
            self._succeeded(request, response, now)
            return
        if ours is None:
            return
        session.deadlines.clear("unanswered")
        wait = self._wait_after(status, response)
        if wait is not None and ours.attempts < _ATTEMPTS and not session.has_ended:
            ours.request = None
            session.deadlines.set("reoffer", now + wait)
            return
        self._finish(status, None, now)
        if status in {408, 481}:
            session.lost("timeout", now)

    def _wait_after(self, status: int, response: Response | None) -> float | None:
        """How long to wait before the next attempt; None when there shall be none."""
        if status == 491:
            # Whoever made the Call-ID waits longer, so that the two do not meet again (§14.1).
            chance = self._session.chance()
            return 2.1 + 1.9 * chance if self._session.owns_call_id else 2.0 * chance
        if status == 500 and response is not None:
            # Our offer met one of the peer's that was not answered yet (§14.2, RFC 3311 §5.2).
            after = (response.headers.get("retry-after") or "").partition(";")[0].strip()
            if after.isascii() and after.isdigit() and len(after) <= 2 and int(after) <= _LONGEST_WAIT_S:
                return max(float(after), self._session.timing.t1)
        return None

    def _succeeded(self, request: Request, response: Response, now: float) -> None:
        session = self._session
        session.deadlines.clear("unanswered")
        dialog = session.dialog
        assert dialog is not None
        dialog.refresh_target(response)
        if request.method == "INVITE":
            ack = SendAck(dialog.ack(request.cseq.number), dialog)
            self._ack = request.cseq.number, ack
            session.outputs.append(ack)
        if not session.has_ended:
            session.timer.take_response(response, now)
        self._finish(response.status, response.sdp, now)

    def acknowledge_again(self, request: Request) -> None:
        """The 2xx to our re-INVITE came once more: so does its ACK."""
        if self._ack is not None and self._ack[0] == request.cseq.number:
            self._session.outputs.append(self._ack[1])

    def give_up_on_peer(self, now: float) -> None:
        """A re-INVITE that got a provisional response and nothing more."""
        ours = self._ours
        if ours is not None and ours.request is not None:
            self._session.abandon(ours.request)
            self._finish(408, None, now)
            self._session.lost("timeout", now)

    def _finish(self, status: int, sdp: bytes | None, now: float) -> None:
        ours, self._ours, self._next = self._ours, self._next, None
        if ours is not None and ours.number != _SILENT:
            self._session.outputs.append(Outcome(ours.number, status, sdp))
        self.try_again(now)

    # --- The peer's ---------------------------------------------------------------------------------------------------

    def receive(self, request: Request, now: float) -> None:
        """A re-INVITE, an UPDATE, or a PRACK with an offer. Raises RemoteError for one that cannot be taken now."""
        session = self._session
        if request.method == "INVITE":
            session.require_peer_dialog()
        if self._theirs is not None or (request.method == "INVITE" and session.answers.is_waiting):
            # §14.2: a second INVITE before the first has its final response.
            after = str(int(10 * session.chance()))
            raise RemoteError("another offer is open", 500, "Server Internal Error", [("Retry-After", after)])
        carries_offer = request.method == "INVITE" or request.sdp is not None
        if carries_offer and self._ours is not None and self._ours.request is not None:
            raise RemoteError("our offer is open", 491, "Request Pending")
        if carries_offer and not session.is_offer_settled:
            self._refuse_early()
        session.timer.check(request)
        dialog = session.find_dialog(request.from_.tag or "")
        assert dialog is not None
        dialog.refresh_target(request)
        if not carries_offer:
            session.respond(
                request, 200, None, [*session.dialog_headers(), *session.timer.answer_headers(request, now)]
            )
            return
        self._theirs = request
        session.deadlines.set("offered", now + session.timing.offer_answer_within)
        session.emit(Offered(request.sdp, request.method, request))

    def _refuse_early(self) -> None:
        """An UPDATE before the first offer has its answer (RFC 3311 §5.2)."""
        if self._session.owns_call_id:
            raise RemoteError("our first offer is open", 491, "Request Pending")
        after = str(int(10 * self._session.chance()))
        raise RemoteError("the first offer is open", 500, "Server Internal Error", [("Retry-After", after)])

    def answer(self, sdp: bytes, headers: HeaderList, now: float) -> None:
        """Accept the peer's offer. Raises WrongStateError when none is open."""
        request, session = self._take_theirs(), self._session
        timer = session.timer.answer_headers(request, now) if request.method != "PRACK" else ()
        fields = [*session.dialog_headers(), *timer, *headers]
        response = session.respond(request, 200, None, fields, sdp)
        if request.method == "INVITE":
            session.answers.start(request, response, now)
        else:
            self.try_again(now)

    def refuse(self, status: int, now: float) -> None:
        """Refuse the peer's offer: everything stays as it was. Raises WrongStateError when none is open."""
        request = self._take_theirs()
        self._session.respond(request, status)
        self.try_again(now)

    def cancel(self, number: int, now: float) -> None:
        """The peer cancels its re-INVITE (§9.2)."""
        theirs = self._theirs
        if theirs is not None and theirs.method == "INVITE" and theirs.cseq.number == number:
            self.refuse(487, now)

    def give_up_on_owner(self, now: float) -> None:
        """Our own side did not answer the offer in time."""
        if self._theirs is not None:
            self.refuse(500, now)

    def _take_theirs(self) -> Request:
        request, self._theirs = self._theirs, None
        if request is None:
            raise WrongStateError("no offer is open")
        self._session.deadlines.clear("offered")
        return request

    def end(self, now: float) -> None:
        """The call is over: the open offers are, too (§15.1.2)."""
        session = self._session
        session.deadlines.clear("reoffer", "offered", "unanswered")
        if self._theirs is not None:
            session.respond(self._take_theirs(), 487)
        while self._ours is not None:
            if self._ours.request is not None and self._ours.request.method == "UPDATE":
                session.abandon(self._ours.request)
            self._finish(481, None, now)
