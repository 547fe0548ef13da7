"""Keys by KPML: a telephone that sends no telephone-events tells of each press by NOTIFY (RFC 4730, RFC 6665)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from weakref import proxy

from pbx.sip.errors import MalformedError, RemoteError
from pbx.sip.message import Request, Response
from pbx.sip.session_events import DigitReceived, SessionState

if TYPE_CHECKING:
    from pbx.sip.session import Session

PACKAGE = "kpml"
REQUEST_TYPE = "application/kpml-request+xml"
RESPONSE_TYPE = "application/kpml-response+xml"
WANTED = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<kpml-request xmlns="urn:ietf:params:xml:ns:kpml-request" version="1.0">'
    b'<pattern persist="persist"><regex>[x*#ABCD]</regex></pattern></kpml-request>\n'
)
"""Every key by itself, for as long as the subscription lasts (§5.3, §5.9)."""
ASKED_S = 3600
SHORTEST_S = 60
MAX_DOCUMENT = 4096
MAX_KEYS = 32
PRESS_MS = 160

_ELEMENT = re.compile(r"<(?:\w{1,16}:)?kpml-response\b([^<>]{0,2000})>")
_ATTRIBUTE = re.compile(r"""([\w:-]{1,64})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_KEYS = frozenset("0123456789*#ABCD")


def parse_keys(document: bytes) -> str:
    """The keys that a kpml-response tells of; "" for one that tells of something else. Raises MalformedError."""
    if len(document) > MAX_DOCUMENT:
        raise MalformedError(f"a kpml-response of {len(document)} octets; allowed: {MAX_DOCUMENT}")
    element = _ELEMENT.search(document.decode("utf-8", "replace"))
    if element is None:
        raise MalformedError("no kpml-response")
    attributes: dict[str, str] = {name: one or other for name, one, other in _ATTRIBUTE.findall(element[1])}
    keys = attributes.get("digits", "").upper()
    if attributes.get("code") != "200":
        return ""
    if len(keys) > MAX_KEYS or not set(keys) <= _KEYS:
        raise MalformedError(f"not keys: {keys[:10]!r}")
    return keys


class KeyPresses:
    """Our subscription to the keys of the peer, a second usage of the call's dialog."""

    __slots__ = ("_is_subscribed", "_session", "is_offered")

    def __init__(self, session: Session) -> None:
        self._session: Session = proxy(session)  # which owns this: a loop of the two would be left to the collector
        self._is_subscribed = False
        self.is_offered = False  # whether the peer's Allow-Events names the package

    def learn(self, message: Request | Response) -> None:
        """What the peer says that it can tell of."""
        self.is_offered = PACKAGE in message.headers.tokens("allow-events")

    def subscribe(self, now: float) -> None:
        """Ask for every key, and again before that runs out; nothing when the peer has not offered it."""
        session = self._session
        if not self.is_offered or session.state is not SessionState.CONFIRMED or session.dialog is None:
            return
        self._is_subscribed = True
        headers = [
            ("Contact", session.contact),
            ("Event", PACKAGE),
            ("Expires", str(ASKED_S)),
            ("Accept", RESPONSE_TYPE),
        ]
        session.deadlines.set("keys", now + ASKED_S)
        session.send(session.dialog.request("SUBSCRIBE", headers, WANTED, REQUEST_TYPE), session.dialog, self._answered)

    def begin(self, now: float) -> None:
        """Subscribe, unless that is done already."""
        if not self._is_subscribed:
            self.subscribe(now)

    def _answered(self, _request: Request, response: Response | None, status: int, now: float) -> None:
        if response is None or status >= 300:
            self.stop()
            return
        granted = (response.headers.get("expires") or "").strip()
        granted_s = int(granted) if granted.isascii() and granted.isdigit() and len(granted) < 6 else ASKED_S
        if self._is_subscribed:
            self._session.deadlines.set("keys", now + max(SHORTEST_S, min(granted_s, ASKED_S)) / 2)

    def receive_notify(self, request: Request) -> None:
        """A NOTIFY of the package. Raises RemoteError: 481 for one that nobody asked for, 400."""
        if not self._is_subscribed:
            raise RemoteError("no subscription", 481, "Subscription Does Not Exist")
        keys = parse_keys(request.body) if request.body else ""
        self._session.respond(request, 200)
        if not self._session.has_ended:
            for key in keys:
                self._session.emit(DigitReceived(key, PRESS_MS))
        if (request.headers.get("subscription-state") or "").partition(";")[0].strip().lower() == "terminated":
            self.stop()

    def stop(self) -> None:
        """It is over: the peer ends it with the call (RFC 4730 §4.2)."""
        self._is_subscribed = False
        self._session.deadlines.clear("keys")
