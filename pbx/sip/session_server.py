"""A call that came in: from INVITE to its final response (RFC 3261 §13.3, RFC 3262, RFC 3891)."""

from __future__ import annotations

from pbx.sip.dialog import Dialog
from pbx.sip.errors import RemoteError, WrongStateError
from pbx.sip.headers import HeaderList
from pbx.sip.message import Request, Response, response_to
from pbx.sip.reason import Reason, parse_reason
from pbx.sip.reliable_provisional import ReliableProvisional
from pbx.sip.replaces import Replaces, parse_replaces
from pbx.sip.session import Session, Surroundings
from pbx.sip.session_events import Ended, SessionState
from pbx.sip.session_outputs import Respond

_UNANSWERED = frozenset({SessionState.TRYING, SessionState.RINGING})


class ServerSession(Session):
    """The called side. Raises RemoteError for an INVITE that cannot make a dialog: 400, 422."""

    def __init__(self, request: Request, local_tag: str, surroundings: Surroundings, now: float) -> None:
        super().__init__(request, local_tag, surroundings, owns_call_id=False)
        self.dialog = Dialog.of_server(request, local_tag)
        self.timer.check(request)
        self.replaces: Replaces | None = None
        values = request.headers.every("replaces")
        if len(values) > 1:
            raise RemoteError("more than one Replaces")
        if values:
            self.replaces = parse_replaces(values[0])
        self.peer_allows = request.headers.tokens("allow")
        self.keys.learn(request)
        self._wants_reliable = "100rel" in request.headers.tokens("require")
        self._reliable = ReliableProvisional(self, 1 + int(self.chance() * 0x7FFF))
        self._provisional: Response | None = None
        self._accepted: tuple[bytes, tuple[tuple[str, str], ...]] | None = None
        self.deadlines.set("trying", now + self.timing.trying_after)

    def resume(self, dialog: Dialog, peer_allows: frozenset[str]) -> None:
        super().resume(dialog, peer_allows)
        self.deadlines.clear("trying")

    def ring(self, status: int, sdp: bytes | None, headers: HeaderList, now: float) -> None:
        """Send a provisional response. Raises WrongStateError once there is a final one."""
        self._require_unanswered()
        if not 101 <= status <= 199:
            raise WrongStateError(f"{status} is no provisional response of a dialog")
        self.deadlines.clear("trying")
        fields = [*self.dialog_headers(), *headers]
        response = response_to(
            self.request,
            status,
            to_tag=self.local_tag,
            headers=fields,
            body=sdp or b"",
            content_type="application/sdp",
        )
        self.state = SessionState.RINGING
        if self._wants_reliable:
            self._reliable.send(response, now)
            return
        self.outputs.append(Respond(self.request, response))
        self._provisional = response
        self.deadlines.set("provisional", now + self.timing.provisional_refresh)

    def accept(self, sdp: bytes, headers: HeaderList, now: float) -> None:
        """Send 200; once the last reliable provisional response has its PRACK (RFC 3262 §3)."""
        self._require_unanswered()
        if self._reliable.is_waiting:
            self._accepted = sdp, tuple(headers)
            return
        self._stop_ringing()
        fields = [*self.dialog_headers(), *self.timer.answer_headers(self.request, now), *headers]
        response = self.respond(self.request, 200, None, fields, sdp)
        self.state = SessionState.ANSWERED
        self.is_offer_settled = True
        self.timer.local_sdp = sdp
        self.answers.start(self.request, response, now)

    def reject(self, status: int, reason: str | None, headers: HeaderList, now: float) -> None:
        """Send a final response of 300 to 699."""
        self._require_unanswered()
        if not 300 <= status <= 699:
            raise WrongStateError(f"{status} is no rejection")
        self._finish(status, reason, headers, Ended(False, "local", None), now)

    def cancel(self, request: Request, now: float) -> None:
        """A CANCEL came for the INVITE; after a final response it changes nothing (§9.2)."""
        if self.state in _UNANSWERED:
            event = Ended(True, "cancel", parse_reason(request.headers.values("reason")))
            self._finish(487, None, (), event, now)
        else:
            self.renegotiation.cancel(request.cseq.number, now)

    def hang_up(self, reason: Reason | None, status: int, now: float) -> None:
        """A rejection with ``status``, or BYE. Nothing when it is over."""
        if self.state in _UNANSWERED:
            headers = [("Reason", str(reason))] if reason is not None else []
            self._finish(status, None, headers, Ended(False, "local", reason), now)
        elif self.state is not SessionState.ENDED:
            self.hang_up_dialog(reason, now)

    def answer(self, sdp: bytes, headers: HeaderList, now: float) -> None:
        """Accept a re-INVITE or UPDATE of the peer."""
        self.timer.local_sdp = sdp
        self.renegotiation.answer(sdp, headers, now)

    def receive_prack(self, request: Request, now: float) -> None:
        settles = self._reliable.carries_sdp and self.request.sdp is not None
        # With the INVITE's offer answered, a description in the PRACK is a new offer (RFC 3262 §5).
        offers = request.sdp is not None and self.request.sdp is not None and (settles or self.is_offer_settled)
        self._reliable.acknowledge(request, now, respond=not offers)
        self.is_offer_settled = self.is_offer_settled or settles
        if offers:
            self.renegotiation.receive(request, now)
        if self._accepted is not None and not self._reliable.is_waiting and self.state in _UNANSWERED:
            sdp, headers = self._accepted
            self.accept(sdp, headers, now)

    def prack_missing(self, now: float) -> None:
        """The caller never acknowledged a reliable response (RFC 3262 §3)."""
        if self.state in _UNANSWERED:
            self._finish(504, None, (), Ended(False, "timeout", None), now)

    def give_up_initial(self, status: int, now: float) -> None:
        """The caller sent BYE before our answer (§15.1.2): its INVITE gets 487."""
        if self.state in _UNANSWERED:
            self._stop_ringing()
            self.respond(self.request, status)

    def _finish(self, status: int, reason: str | None, headers: HeaderList, event: Ended, now: float) -> None:
        self._stop_ringing()
        self.respond(self.request, status, reason, headers)
        self.end(event, now)

    def _require_unanswered(self) -> None:
        if self.state not in _UNANSWERED or (self._accepted is not None and self._reliable.is_waiting):
            raise WrongStateError(f"not in state {self.state.value}")

    def _stop_ringing(self) -> None:
        self._reliable.stop()
        self.deadlines.clear("trying", "provisional")

    def _say_trying(self, _now: float) -> None:
        self.outputs.append(Respond(self.request, response_to(self.request, 100)))

    def _say_again(self, now: float) -> None:
        """Repeat the provisional response, so that no proxy gives up (§13.3.1.1)."""
        if self._provisional is not None:
            self.outputs.append(Respond(self.request, self._provisional))
            self.deadlines.set("provisional", now + self.timing.provisional_refresh)

    ON_DEADLINE = Session.ON_DEADLINE | {
        "trying": _say_trying,
        "provisional": _say_again,
        "prack": lambda session, now: session._reliable.repeat(now),
    }
