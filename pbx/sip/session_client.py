"""A call of ours: from INVITE to its final response, forks and CANCEL included (RFC 3261 §9.1, §13.2, RFC 3262 §4)."""

from __future__ import annotations

from pbx.sip.capabilities import DIALOG_HEADERS
from pbx.sip.dialog import Dialog
from pbx.sip.digest_client import authorize
from pbx.sip.headers import HeaderList, Headers
from pbx.sip.message import Request, Response
from pbx.sip.name_address import NameAddress
from pbx.sip.reason import Reason
from pbx.sip.reason_phrase import reason_phrase
from pbx.sip.session import Session, Surroundings
from pbx.sip.session_events import Answered, Failed, Provisional, SessionState
from pbx.sip.session_outputs import Abandon, SendAck, SendCancel, SendRequest
from pbx.sip.uri import Uri

MAX_BRANCHES = 32
_MAX_AUTHORIZATIONS = 3


def build_invite(
    target: Uri,
    from_: NameAddress,
    to: NameAddress,
    call_id: str,
    contact: str,
    headers: HeaderList,
    sdp: bytes | None,
) -> Request:
    """The INVITE that begins a call, without Via. ``headers`` may replace Max-Forwards."""
    fields = Headers([("Max-Forwards", "70"), ("From", str(from_)), ("To", str(to)), ("Call-ID", call_id)])
    fields.extend((("CSeq", "1 INVITE"), ("Contact", contact), *DIALOG_HEADERS))
    for name, value in headers:
        if name.lower() == "max-forwards":
            fields.set(name, value)
        else:
            fields.add(name, value)
    if sdp:
        fields.add("Content-Type", "application/sdp")
    return Request("INVITE", target.without_headers(), fields, sdp or b"")


class ClientSession(Session):
    """The calling side. ``request`` is the INVITE as it was sent last (again after a challenge)."""

    def __init__(self, request: Request, surroundings: Surroundings) -> None:
        super().__init__(request, request.from_.tag or "", surroundings, owns_call_id=True)
        self._early: dict[str, Dialog] = {}
        self._reliable: dict[str, int] = {}  # RSeq seen last, by branch
        self._acks: dict[str, SendAck] = {}  # by branch: a repeated 2xx gets the same again
        self._heard = False
        self._final = False
        self._cancelled: tuple[Reason | None] | None = None
        self._cancel_sent = False
        self._authorizations = 0
        self.timer.local_sdp = request.body

    def resume(self, dialog: Dialog, peer_allows: frozenset[str]) -> None:
        super().resume(dialog, peer_allows)
        self._final = True

    def start(self, now: float) -> None:
        """Send the INVITE."""
        self._send_invite(now)

    def _send_invite(self, now: float) -> None:
        self.outputs.append(SendRequest(self.request, None))
        if self.respond_within is not None:
            self.deadlines.set("response", now + self.respond_within)

    def _unheard(self, now: float) -> None:
        """Nobody has said anything: our owner goes elsewhere; what comes later is cancelled or hung up on (§9.1)."""
        if not self._heard and not self._final and not self.has_ended:
            self._cancelled = (None,)
            self.end(Failed(408, reason_phrase(408), None), now)

    @property
    def is_over(self) -> bool:
        return super().is_over and self._final

    @property
    def remote_tag(self) -> str:
        if self.dialog is None and len(self._early) == 1:
            return next(iter(self._early))
        return super().remote_tag

    def find_dialog(self, remote_tag: str) -> Dialog | None:
        if self.dialog is not None:
            return super().find_dialog(remote_tag)
        return self._early.get(remote_tag)

    # --- Responses to the INVITE --------------------------------------------------------------------------------------

    def receive_response(self, request: Request, response: Response, now: float) -> None:
        if request.method != "INVITE" or request.cseq.number != self.request.cseq.number:
            super().receive_response(request, response, now)
        elif response.status < 200:
            self._provisional(response, now)
        elif response.status < 300:
            self._success(response, now)
        elif not self._final:
            self._failure(response, now)

    def request_failed(self, request: Request, status: int, now: float) -> None:
        if request is not self.request:
            super().request_failed(request, status, now)
        elif not self._final:
            self._final = True
            self.deadlines.clear("cancel")
            self.end(Failed(status, reason_phrase(status), None), now)

    def _provisional(self, response: Response, now: float) -> None:
        if self._final:
            return
        self._heard = True
        if self._cancelled is not None:
            self._send_cancel(now)
            return
        branch = response.to.tag or ""
        if response.status == 100:
            return
        if branch:
            if branch not in self._early and len(self._early) >= MAX_BRANCHES:
                return
            if branch not in self._early:
                self._early[branch] = Dialog.of_client(self.request, response)
            elif response.contact is not None:
                self._early[branch].refresh_target(response)
            if not self._acknowledge_provisional(branch, response):
                return
        self.state = SessionState.RINGING
        self.emit(Provisional(response.status, response.reason, response.sdp, branch, response))

    def _acknowledge_provisional(self, branch: str, response: Response) -> bool:
        """PRACK a reliable response (RFC 3262 §4); False for one seen before or out of order."""
        if "100rel" not in response.headers.tokens("require"):
            return True
        text = (response.headers.get("rseq") or "").strip()
        if not text.isascii() or not text.isdigit() or len(text) > 10:
            return False
        number, last = int(text), self._reliable.get(branch)
        if last is not None and number != last + 1:
            return False
        self._reliable[branch] = number
        dialog = self._early[branch]
        self.is_offer_settled = self.is_offer_settled or response.sdp is not None
        rack = f"{number} {self.request.cseq.number} INVITE"
        self.send(dialog.request("PRACK", [("RAck", rack)]), dialog, _ignore)
        return True

    def _success(self, response: Response, now: float) -> None:
        branch = response.to.tag or ""
        if branch in self._acks:
            self.outputs.append(self._acks[branch])
            return
        if self.dialog is not None and self.dialog.remote_tag == branch:
            return  # its ACK waits for our owner's answer
        if len(self._acks) >= MAX_BRANCHES:
            return
        first = not self._final
        self._final = True
        self.deadlines.clear("cancel")
        dialog = self._early.get(branch) or Dialog.of_client(self.request, response)
        dialog.refresh_target(response)
        dialog.route_set = tuple(reversed(response.headers.values("record-route")))  # §13.2.2.4
        if not first or self.has_ended:
            # Somebody else has answered already, or nobody waits any more: accept, then hang up (§13.2.2.4, §15).
            self._send_ack(branch, dialog, b"")
            reason = self._cancelled[0] if self._cancelled is not None else None
            self.send_bye(dialog, reason)
            return
        self.dialog = dialog
        self.is_offer_settled = True
        self.peer_allows = response.headers.tokens("allow")
        self.keys.learn(response)
        self.timer.take_response(response, now)
        self.state = SessionState.ANSWERED
        if self.request.sdp is not None or response.sdp is None:
            self._send_ack(branch, dialog, b"")
            self.state = SessionState.CONFIRMED
        self._early.clear()
        self.emit(Answered(response.sdp, response, branch))

    def _failure(self, response: Response, now: float) -> None:
        may_retry = self._cancelled is None and self._authorizations < _MAX_AUTHORIZATIONS
        if response.status in {401, 407} and self.credentials is not None and may_retry:
            again = authorize(self.request, response, self.credentials, self.tokens())
            if again is not None:
                self._authorizations += 1
                self._early.clear()
                self._reliable.clear()
                self._heard = False
                self.request = again
                self._send_invite(now)
                return
        self._final = True
        self.deadlines.clear("cancel")
        self.end(Failed(response.status, response.reason, response), now)

    def _send_ack(self, branch: str, dialog: Dialog, sdp: bytes) -> None:
        ack = SendAck(dialog.ack(self.request.cseq.number, sdp), dialog)
        self._acks[branch] = ack
        self.outputs.append(ack)

    # --- What the owner does ------------------------------------------------------------------------------------------

    def answer(self, sdp: bytes, headers: HeaderList, now: float) -> None:
        """The ACK with our answer when the 2xx made the offer; else accept a re-INVITE or UPDATE of the peer."""
        self.timer.local_sdp = sdp
        if self.state is SessionState.ANSWERED and self.dialog is not None:
            self._send_ack(self.dialog.remote_tag, self.dialog, sdp)
            self.state = SessionState.CONFIRMED
            self.renegotiation.try_again(now)
        else:
            self.renegotiation.answer(sdp, headers, now)

    def cancel(self, request: Request, now: float) -> None:
        """The peer cancels its re-INVITE (§9.2)."""
        self.renegotiation.cancel(request.cseq.number, now)

    def hang_up(self, reason: Reason | None, _status: int, now: float) -> None:
        """CANCEL or BYE. Nothing when it is over."""
        if self.has_ended:
            return
        if self.dialog is not None:
            if self.state is SessionState.ANSWERED:
                self._send_ack(self.dialog.remote_tag, self.dialog, b"")
            self.hang_up_dialog(reason, now)
            return
        self._cancelled = (reason,)
        if self._heard:
            self._send_cancel(now)
        self.end(Failed(487, reason_phrase(487), None), now)

    def _send_cancel(self, now: float) -> None:
        """Only once something was heard (§9.1); who does not answer it within 64*T1 is forgotten."""
        if self._cancel_sent or self._cancelled is None:
            return
        self._cancel_sent = True
        invite = self.request
        fields = [("Max-Forwards", "70"), ("From", invite.required("from")), ("To", invite.required("to"))]
        fields += [("Call-ID", invite.call_id), ("CSeq", f"{invite.cseq.number} CANCEL")]
        fields += [("Route", value) for value in invite.headers.every("route")]
        if self._cancelled[0] is not None:
            fields.append(("Reason", str(self._cancelled[0])))
        self.outputs.append(SendCancel(invite, Request("CANCEL", invite.uri_text, fields)))
        self.deadlines.set("cancel", now + self.timing.give_up)

    def _cancel_unanswered(self, _now: float) -> None:
        if not self._final:
            self._final = True
            self.outputs.append(Abandon(self.request))

    ON_DEADLINE = Session.ON_DEADLINE | {"cancel": _cancel_unanswered, "response": _unheard}


def _ignore(_request: Request, _response: Response | None, _status: int, _now: float) -> None:
    """The response changes nothing."""
