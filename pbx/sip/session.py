"""One INVITE usage of a dialog, as far as both sides share it (RFC 3261 §12–15, RFC 5057).

Told what happens and when; what it wants done stands in ``outputs`` afterwards, and ``deadline`` is when ``advance`` is
to be called next. ``ServerSession`` and ``ClientSession`` add how a call begins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pbx.sip.answer_repetition import AnswerRepetition
from pbx.sip.capabilities import ACCEPT, ALLOW, DIALOG_HEADERS, SUPPORTED, check_body
from pbx.sip.dialog import Dialog
from pbx.sip.digest_client import Credentials, authorize
from pbx.sip.digits import MEDIA_TYPES, parse_digit
from pbx.sip.errors import RemoteError, UnsupportedError, WrongStateError
from pbx.sip.headers import HeaderList
from pbx.sip.key_presses import PACKAGE, KeyPresses
from pbx.sip.message import Request, Response, response_to
from pbx.sip.reason import Reason, parse_reason
from pbx.sip.referral import Referrals
from pbx.sip.renegotiation import Renegotiation
from pbx.sip.session_events import DigitReceived, Ended, SessionEvent, SessionState
from pbx.sip.session_outputs import Abandon, Emit, Respond, SendRequest, SessionOutput
from pbx.sip.session_timer import SessionTimer
from pbx.sip.timing import Deadlines, Timing

ResponseTaker = Callable[[Request, Response | None, int, float], None]  # request, response, status, now

DIALOG_STATES = frozenset({SessionState.ANSWERED, SessionState.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a session is given. ``tokens`` makes unguessable ids, ``chance`` numbers from 0 to 1."""

    contact: str  # the value of our Contact header
    tokens: Callable[[], str]
    chance: Callable[[], float]
    timing: Timing = field(default_factory=Timing)
    credentials: Credentials | None = None
    respond_within: float | None = None  # seconds until the first response to an INVITE of ours; None: 64*T1


class Session:
    """What both sides share. Every method takes ``now`` (monotonic seconds)."""

    def __init__(self, request: Request, local_tag: str, surroundings: Surroundings, *, owns_call_id: bool) -> None:
        self.request = request
        self.call_id = request.call_id
        self.local_tag = local_tag
        self.contact = surroundings.contact
        self.timing = surroundings.timing
        self.tokens = surroundings.tokens
        self.chance = surroundings.chance
        self.credentials = surroundings.credentials
        self.respond_within = surroundings.respond_within
        self.owns_call_id = owns_call_id
        self.state = SessionState.TRYING
        self.dialog: Dialog | None = None
        self.peer_allows: frozenset[str] = frozenset()  # methods in lower case
        self.outputs: list[SessionOutput] = []
        self.deadlines = Deadlines()
        self._waiting: dict[tuple[int, str], tuple[Dialog | None, ResponseTaker]] = {}
        self.is_offer_settled = False  # whether the first offer has its answer, so that another may be made
        self._bye_after_ack: tuple[Reason | None] | None = None
        self.answers = AnswerRepetition(self)
        self.renegotiation = Renegotiation(self)
        self.referrals = Referrals(self)
        self.keys = KeyPresses(self)
        self.timer = SessionTimer(self)

    # --- Time and bookkeeping -----------------------------------------------------------------------------------------

    @property
    def deadline(self) -> float | None:
        return self.deadlines.next

    def advance(self, now: float) -> None:
        """Do what is due."""
        for name in self.deadlines.due(now):
            self.ON_DEADLINE[name](self, now)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do or to wait for."""
        return self.state is SessionState.ENDED and not self._waiting and not self.answers.is_waiting

    @property
    def has_ended(self) -> bool:
        """Whether the last event was emitted."""
        return self.state is SessionState.ENDED

    @property
    def remote_tag(self) -> str:
        return self.dialog.remote_tag if self.dialog is not None else ""

    def find_dialog(self, remote_tag: str) -> Dialog | None:
        """The dialog with this peer's tag."""
        return self.dialog if self.dialog is not None and self.dialog.remote_tag == remote_tag else None

    def emit(self, event: SessionEvent) -> None:
        self.outputs.append(Emit(event))

    def require(self, *states: SessionState) -> Dialog:
        """The dialog, in one of these states. Raises WrongStateError."""
        if self.state not in states or self.dialog is None:
            raise WrongStateError(f"not in state {self.state.value}")
        return self.dialog

    def resume(self, dialog: Dialog, peer_allows: frozenset[str]) -> None:
        """Go on with a confirmed dialog that another process has made; its INVITE is ``request``."""
        self.dialog = dialog
        self.peer_allows = peer_allows
        self.state = SessionState.CONFIRMED
        self.is_offer_settled = True

    # --- Requests of ours ---------------------------------------------------------------------------------------------

    def send(self, request: Request, dialog: Dialog | None, taker: ResponseTaker) -> None:
        """Send a request; ``taker`` gets its final response, or None with 408 or 503."""
        self._waiting[request.cseq.number, request.method] = (dialog, taker)
        self.outputs.append(SendRequest(request, dialog))

    def abandon(self, request: Request) -> None:
        """Wait no longer for the response to this request."""
        if self._waiting.pop((request.cseq.number, request.method), None) is not None:
            self.outputs.append(Abandon(request))

    def receive_response(self, request: Request, response: Response, now: float) -> None:
        """A response to a request of ours."""
        key = request.cseq.number, request.method
        if response.status < 200:
            return
        if key not in self._waiting:
            if request.method == "INVITE" and response.status < 300:
                self.renegotiation.acknowledge_again(request)
            return
        dialog, taker = self._waiting.pop(key)
        if response.status in {401, 407} and self.credentials is not None:
            again = authorize(request, response, self.credentials, self.tokens())
            if again is not None:
                if dialog is not None:
                    dialog.local_sequence += 1
                    again.headers.set("cseq", f"{dialog.local_sequence} {request.method}")
                self.send(again, dialog, taker)
                return
        taker(request, response, response.status, now)

    def request_failed(self, request: Request, status: int, now: float) -> None:
        """Nobody answered (408), or it could not be sent (503)."""
        _, taker = self._waiting.pop((request.cseq.number, request.method), (None, None))
        if taker is not None:
            taker(request, None, status, now)

    def send_bye(self, dialog: Dialog, reason: Reason | None) -> None:
        headers = [("Reason", str(reason))] if reason is not None else []
        self.send(dialog.request("BYE", headers), dialog, _ignore)

    def info(self, content_type: str, body: bytes, _now: float) -> None:
        """Send INFO within the dialog (RFC 6086)."""
        dialog = self.require(*DIALOG_STATES)
        self.send(dialog.request("INFO", (), body, content_type), dialog, self._after_in_dialog)

    def _after_in_dialog(self, _request: Request, _response: Response | None, status: int, now: float) -> None:
        if status in {408, 481}:
            self.lost("timeout", now)

    # --- Requests of the peer -----------------------------------------------------------------------------------------

    def receive_request(self, request: Request, now: float) -> None:
        """A request within a dialog of this session, ACK included."""
        if request.method == "ACK":
            self.answers.acknowledge(request, now)
            return
        dialog = self.find_dialog(request.from_.tag or "")
        taker = self._IN_DIALOG.get(request.method)
        try:
            if dialog is None or (self.state is SessionState.ENDED and request.method not in {"BYE", "NOTIFY"}):
                raise RemoteError("no such dialog", 481, "Call/Transaction Does Not Exist")
            if taker is None:
                raise UnsupportedError("not within a call", 405, "Method Not Allowed", [("Allow", ALLOW)])
            dialog.take(request)
            check_body(request)
            taker(self, request, now)
        except RemoteError as error:
            self.respond(request, error.status, error.reason, error.headers)

    def respond(
        self,
        request: Request,
        status: int,
        reason: str | None = None,
        headers: HeaderList = (),
        body: bytes = b"",
        content_type: str = "application/sdp",
    ) -> Response:
        """Answer a request of the peer."""
        response = response_to(
            request, status, reason, to_tag=self.local_tag, headers=headers, body=body, content_type=content_type
        )
        self.outputs.append(Respond(request, response))
        return response

    def dialog_headers(self) -> list[tuple[str, str]]:
        """What goes into every message that makes or refreshes a dialog (§12.1)."""
        return [("Contact", self.contact), *DIALOG_HEADERS]

    def _on_bye(self, request: Request, now: float) -> None:
        self.respond(request, 200)
        if self.state is not SessionState.ENDED:
            self.give_up_initial(487, now)
            self.end(Ended(True, "bye", parse_reason(request.headers.values("reason"))), now)

    def _on_info(self, request: Request, _now: float) -> None:
        if request.content_type in MEDIA_TYPES:
            digit, duration_ms = parse_digit(request.content_type, request.body)
            self.respond(request, 200)
            self.emit(DigitReceived(digit, duration_ms))
        elif request.body and request.headers.get("info-package") is None:
            raise UnsupportedError("INFO", 415, "Unsupported Media Type", [("Accept", ", ".join(MEDIA_TYPES))])
        elif request.headers.get("info-package") is not None:
            raise UnsupportedError("INFO", 469, "Bad Info Package", [("Recv-Info", "")])
        else:
            self.respond(request, 200)

    def _on_options(self, request: Request, _now: float) -> None:
        self.respond(request, 200, None, [("Allow", ALLOW), ("Supported", SUPPORTED), ("Accept", ACCEPT)])

    def _on_offer(self, request: Request, now: float) -> None:
        self.renegotiation.receive(request, now)

    def _on_refer(self, request: Request, now: float) -> None:
        self.require_peer_dialog()
        self.referrals.receive(request, now)

    def _on_notify(self, request: Request, now: float) -> None:
        if (request.headers.get("event") or "").partition(";")[0].strip().lower() == PACKAGE:
            self.keys.receive_notify(request)
        else:
            self.referrals.receive_notify(request, now)

    def _on_prack(self, request: Request, now: float) -> None:
        self.receive_prack(request, now)

    def receive_prack(self, request: Request, _now: float) -> None:
        """Only a UAS before its answer waits for one."""
        raise RemoteError("no reliable response waits", 481, "Call/Transaction Does Not Exist")

    def require_peer_dialog(self) -> None:
        """Refuse what may only come once the call is answered: 481 before."""
        if self.state not in DIALOG_STATES:
            raise RemoteError("not answered yet", 481, "Call/Transaction Does Not Exist")

    ON_DEADLINE: ClassVar[dict[str, Callable[[Any, float], None]]] = {
        "ack": lambda session, now: session.answers.repeat(now),
        "reoffer": lambda session, now: session.renegotiation.try_again(now),
        "offered": lambda session, now: session.renegotiation.give_up_on_owner(now),
        "unanswered": lambda session, now: session.renegotiation.give_up_on_peer(now),
        "refer": lambda session, now: session.referrals.give_up(now),
        "keys": lambda session, now: session.keys.subscribe(now),
        "refresh": lambda session, now: session.timer.refresh(now),
        "expire": lambda session, now: session.timer.expire(now),
    }

    _IN_DIALOG: ClassVar[dict[str, Callable[[Session, Request, float], None]]] = {
        "BYE": _on_bye,
        "INVITE": _on_offer,
        "UPDATE": _on_offer,
        "INFO": _on_info,
        "OPTIONS": _on_options,
        "REFER": _on_refer,
        "NOTIFY": _on_notify,
        "PRACK": _on_prack,
    }

    # --- The end ------------------------------------------------------------------------------------------------------

    def give_up_initial(self, status: int, now: float) -> None:
        """Whatever is left of the initial INVITE ends with ``status``; the UAS overrides it."""

    def acknowledged(self, now: float) -> None:
        """Our 2xx was acknowledged."""
        if self.state is SessionState.ANSWERED:
            self.state = SessionState.CONFIRMED
        if self._bye_after_ack is not None and self.dialog is not None:
            self.send_bye(self.dialog, self._bye_after_ack[0])
            self._bye_after_ack = None
        self.renegotiation.try_again(now)

    def acknowledgement_missing(self, now: float) -> None:
        """Nobody acknowledged our 2xx for 64*T1 (§13.3.1.4)."""
        if self.state is SessionState.ENDED and self.dialog is not None and self._bye_after_ack is not None:
            self.send_bye(self.dialog, self._bye_after_ack[0])
            self._bye_after_ack = None
        self.lost("no_ack", now)

    def hang_up_dialog(self, reason: Reason | None, now: float) -> None:
        """BYE; a UAS waits for the ACK of its 2xx first (§15)."""
        dialog = self.require(*DIALOG_STATES)
        if self.answers.is_waiting and self.state is SessionState.ANSWERED:
            self._bye_after_ack = (reason,)
        else:
            self.send_bye(dialog, reason)
        self.end(Ended(False, "local", reason), now)

    def lost(self, cause: str, now: float) -> None:
        """The peer does not know this dialog any more, or never answers: hang up, in case it listens (RFC 5057)."""
        if self.state in DIALOG_STATES and self.dialog is not None:
            self.send_bye(self.dialog, None)
            self.end(Ended(False, cause, None), now)

    def end(self, event: SessionEvent, now: float) -> None:
        """The last event; what still runs is brought to its end."""
        if self.state is SessionState.ENDED:
            return
        self.state = SessionState.ENDED
        keep_ack = self._bye_after_ack is not None
        self.renegotiation.end(now)
        self.referrals.end()
        self.deadlines.clear("keys")
        self.timer.stop()
        if not keep_ack:
            self.answers.stop()
        self.emit(event)


def _ignore(_request: Request, _response: Response | None, _status: int, _now: float) -> None:
    """The response changes nothing."""
