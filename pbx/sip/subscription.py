"""One subscription, as the notifier: what a SUBSCRIBE asks for, and the NOTIFYs that answer it (RFC 6665)."""

from __future__ import annotations

from dataclasses import dataclass

from pbx.sip.dialog import Dialog
from pbx.sip.errors import MalformedError, RemoteError, UnsupportedError
from pbx.sip.message import Request

CONTENT_TYPES = {
    "message-summary": "application/simple-message-summary",
    "dialog": "application/dialog-info+xml",
    "presence": "application/pidf+xml",
}
ALLOW_EVENTS = ", ".join(CONTENT_TYPES)
SHORTEST_S = 60
LONGEST_S = 3600
MAX_ID = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """What a SUBSCRIBE asks for; ``expires_s`` 0 asks for the present state only, or ends a subscription."""

    package: str
    id: str
    expires_s: int

    @property
    def event(self) -> str:
        """The Event header of the NOTIFYs (§4.1.2.1: with the id of the SUBSCRIBE)."""
        return f"{self.package};id={self.id}" if self.id else self.package


def read_subscribe(request: Request) -> Asked:
    """What ``request`` asks for. Raises RemoteError: 489 (§7.3.2), 406, 423 with Min-Expires, 400."""
    package, *parameters = (part.strip() for part in (request.headers.get("event") or "").split(";"))
    package = package.lower()
    if package not in CONTENT_TYPES:
        raise UnsupportedError("Event", 489, "Bad Event", [("Allow-Events", ALLOW_EVENTS)])
    accepted = {value.partition(";")[0].strip() for value in request.headers.tokens("accept")}
    wanted = CONTENT_TYPES[package]
    if accepted and not accepted & {wanted, "application/*", "*/*"}:
        raise UnsupportedError("Accept", 406, "Not Acceptable", [("Accept", wanted)])
    id_ = next((value for name, _, value in (p.partition("=") for p in parameters) if name.strip() == "id"), "")
    if len(id_) > MAX_ID or not id_.isascii() or not id_.isprintable():
        raise MalformedError("an Event with no usable id")
    return Asked(package, id_, _expires(request))


def _expires(request: Request) -> int:
    text = (request.headers.get("expires") or str(LONGEST_S)).strip()
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        raise MalformedError("Expires is no number of seconds")
    seconds = min(int(text), LONGEST_S)
    if 0 < seconds < SHORTEST_S:
        raise UnsupportedError("Expires", 423, "Interval Too Brief", [("Min-Expires", str(SHORTEST_S))])
    return seconds


class Subscription:
    """The notifier's side of one subscription. Times are seconds of any clock that the owner keeps to."""

    def __init__(self, request: Request, asked: Asked, local_tag: str, contact: str, now: float) -> None:
        """Raises MalformedError for a SUBSCRIBE without a usable Contact."""
        self.dialog = Dialog.of_server(request, local_tag)
        self.asked = asked
        self.contact = contact
        self.version = -1  # of the last document (RFC 4235 §4.1.1)
        self.expires_at = now + asked.expires_s
        self.is_over = asked.expires_s == 0

    def refresh(self, request: Request, asked: Asked, now: float) -> None:
        """A SUBSCRIBE within the subscription (§4.1.2.2, §4.1.2.3).

        Raises RemoteError: 481 for another package than before, 500 for one out of order.
        """
        self.dialog.take(request)
        if (asked.package, asked.id) != (self.asked.package, self.asked.id):
            raise RemoteError("no such subscription", 481, "Subscription Does Not Exist")
        self.dialog.refresh_target(request)
        self.expires_at = now + asked.expires_s
        self.is_over = asked.expires_s == 0

    def notify(self, document: bytes, now: float, reason: str = "") -> Request:
        """The next NOTIFY. ``reason`` (§4.1.3: ``timeout``, ``deactivated``, ``noresource`` …) ends all."""
        if reason:
            self.is_over = True
        state = f"active;expires={max(0, round(self.expires_at - now))}"
        if self.is_over:
            state = f"terminated;reason={reason or 'timeout'}"
        headers = [("Event", self.asked.event), ("Subscription-State", state), ("Contact", self.contact)]
        return self.dialog.request("NOTIFY", headers, document, CONTENT_TYPES[self.asked.package])
