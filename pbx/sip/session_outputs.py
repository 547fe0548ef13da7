"""What a session wants done: the driver does it, in order."""

from __future__ import annotations

from dataclasses import dataclass

from pbx.sip.dialog import Dialog
from pbx.sip.message import Request, Response
from pbx.sip.session_events import SessionEvent


@dataclass(frozen=True, slots=True)
class SendRequest:
    """Open a client transaction; ``dialog`` says where to, None: where the call was sent. Via is the driver's."""

    request: Request
    dialog: Dialog | None


@dataclass(frozen=True, slots=True)
class SendCancel:
    """Cancel our INVITE: same topmost Via, same way (RFC 3261 §9.1)."""

    invite: Request
    cancel: Request


@dataclass(frozen=True, slots=True)
class SendAck:
    """An ACK to a 2xx: outside any transaction (§13.2.2.4)."""

    request: Request
    dialog: Dialog


@dataclass(frozen=True, slots=True)
class Respond:
    """Send this through the server transaction of ``request``."""

    request: Request
    response: Response


@dataclass(frozen=True, slots=True)
class Emit:
    """Tell the owner."""

    event: SessionEvent


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the operation with this number (a reoffer, a REFER) ended."""

    number: int
    status: int
    sdp: bytes | None = None


@dataclass(frozen=True, slots=True)
class Abandon:
    """Forget the client transaction of this request: nobody waits for it any more."""

    request: Request


SessionOutput = SendRequest | SendCancel | SendAck | Respond | Emit | Outcome | Abandon
