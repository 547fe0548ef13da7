"""REFER within a call, both ways, with its implicit subscription (RFC 3515, RFC 3892, RFC 4488, RFC 3420)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import proxy

from pbx.sip.errors import RemoteError, WrongStateError
from pbx.sip.message import Request, Response
from pbx.sip.name_address import parse_name_address
from pbx.sip.reason_phrase import reason_phrase
from pbx.sip.replaces import parse_replaces
from pbx.sip.session_events import ReferReceived, SessionState
from pbx.sip.session_outputs import Outcome
from pbx.sip.uri import Uri

if TYPE_CHECKING:
    from pbx.sip.session import Session

_STATUS_LINE = re.compile(rb"SIP/2\.0 ([1-6][0-9]{2})(?: |\r|\n|\Z)")
_OUTCOME_WITHIN = 180.0
_SUBSCRIPTION_S = 180


@dataclass(slots=True)
class _Ours:
    number: int
    request: Request
    status: int = 0


class Referrals:
    """At most one REFER is open in each direction."""

    __slots__ = ("_asked", "_event", "_ours", "_session", "_taken")

    def __init__(self, session: Session) -> None:
        self._session: Session = proxy(session)  # which owns this: a loop of the two would be left to the collector
        self._asked: Request | None = None  # the peer's REFER, not answered yet
        self._event: str | None = None  # the Event of the subscription that the peer's REFER made
        self._taken = 0
        self._ours: _Ours | None = None

    # --- The peer's ---------------------------------------------------------------------------------------------------

    def receive(self, request: Request, _now: float) -> None:
        """A REFER of the peer. Raises RemoteError for one that cannot be taken."""
        if self._asked is not None or self._event is not None:
            raise RemoteError("another transfer runs", 491, "Request Pending")
        values = request.headers.values("refer-to")
        if len(values) != 1:
            raise RemoteError("not exactly one Refer-To")
        target = parse_name_address(values[0]).uri
        if (target.parameter("method") or "INVITE").upper() != "INVITE":
            raise RemoteError("a REFER to something else than a call", 403, "Forbidden")
        replaces = None
        for name, value in target.headers:
            if name.lower() == "replaces":
                replaces = parse_replaces(value)
        kept = tuple(pair for pair in target.parameters if pair[0] != "method")
        self._asked = request
        plain = replace(target, headers=(), parameters=kept)
        self._session.emit(ReferReceived(plain, request.headers.get("referred-by"), replaces, request))

    def respond(self, status: int, _now: float) -> None:
        """202, or why not. Raises WrongStateError when no REFER waits."""
        request, self._asked = self._asked, None
        if request is None:
            raise WrongStateError("no REFER waits")
        headers = [("Contact", self._session.contact)]
        if status >= 300:
            self._session.respond(request, status)
            return
        if (request.headers.get("refer-sub") or "").strip().lower() == "false":
            self._session.respond(request, status, None, [*headers, ("Refer-Sub", "false")])
            return
        self._session.respond(request, status, None, headers)
        # Only a second REFER of a dialog needs the id to be told apart (RFC 3515 §2.4.6).
        self._event = f"refer;id={request.cseq.number}" if self._taken else "refer"
        self._taken += 1
        self.notify(100, "Trying", False)

    def notify(self, status: int, reason: str, final: bool) -> None:
        """Tell the peer how it goes; nothing happens when it has no subscription (any more)."""
        session, event, dialog = self._session, self._event, self._session.dialog
        if event is None or dialog is None:
            return
        state = "terminated;reason=noresource" if final else f"active;expires={_SUBSCRIPTION_S}"
        headers = [("Contact", session.contact), ("Event", event), ("Subscription-State", state)]
        body = f"SIP/2.0 {status} {reason or reason_phrase(status)}\r\n".encode("utf-8", "replace")
        request = dialog.request("NOTIFY", headers, body, "message/sipfrag;version=2.0")
        if final:
            self._event = None
        session.send(request, dialog, self._notified)

    def _notified(self, _request: Request, _response: Response | None, status: int, _now: float) -> None:
        if status in {408, 481}:
            self._event = None

    # --- Ours ---------------------------------------------------------------------------------------------------------

    def refer(self, number: int, refer_to: Uri, referred_by: Uri | None, now: float) -> None:
        """Ask the peer to call somebody; Outcome ``number`` follows. Raises WrongStateError."""
        session = self._session
        dialog = session.require(SessionState.ANSWERED, SessionState.CONFIRMED)
        if self._ours is not None:
            raise WrongStateError("a REFER of ours is open")
        headers = [("Contact", session.contact), ("Refer-To", f"<{refer_to}>")]
        if referred_by is not None:
            headers.append(("Referred-By", f"<{referred_by}>"))
        request = dialog.request("REFER", headers)
        self._ours = _Ours(number, request)
        session.deadlines.set("refer", now + _OUTCOME_WITHIN)
        session.send(request, dialog, self._responded)

    def _responded(self, _request: Request, _response: Response | None, status: int, _now: float) -> None:
        if status >= 300:
            self._finish(status)

    def receive_notify(self, request: Request, _now: float) -> None:
        """A NOTIFY: 481 without a REFER of ours (RFC 6665 §4.1.3). Raises RemoteError."""
        event = (request.headers.get("event") or "").partition(";")[0].strip().lower()
        if event != "refer":
            raise RemoteError("event", 489, "Bad Event", [("Allow-Events", "refer, kpml")])
        if self._ours is None:
            raise RemoteError("no subscription", 481, "Subscription Does Not Exist")
        found = _STATUS_LINE.match(request.body)
        self._session.respond(request, 200)
        if found is not None:
            self._ours.status = int(found[1])
        state = (request.headers.get("subscription-state") or "").partition(";")[0].strip().lower()
        if self._ours.status >= 200 or state == "terminated":
            self._finish(self._ours.status or 480)

    def give_up(self, _now: float) -> None:
        """Nothing was heard of our REFER."""
        self._finish(408)

    def _finish(self, status: int) -> None:
        ours, self._ours = self._ours, None
        self._session.deadlines.clear("refer")
        if ours is not None:
            self._session.outputs.append(Outcome(ours.number, status))

    def end(self) -> None:
        """The call is over. A subscription of the peer's outlives it (RFC 5057 §4.1); our wait does not."""
        if self._asked is not None:
            self._session.respond(self._asked, 481)
            self._asked = None
        if self._ours is not None:
            self._finish(self._ours.status or 481)
