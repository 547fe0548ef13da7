"""What happens to a call's signalling, told to the owner of its InviteSession."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from pbx.sip.message import Request, Response
from pbx.sip.reason import Reason
from pbx.sip.replaces import Replaces
from pbx.sip.uri import Uri


class SessionState(Enum):
    """Where an INVITE usage is."""

    TRYING = "trying"  # the INVITE is sent or received
    RINGING = "ringing"  # a provisional response above 100 was sent or received
    ANSWERED = "answered"  # a 2xx was sent or received, the ACK is still due
    CONFIRMED = "confirmed"  # the ACK was sent or received
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Provisional:
    """UAC: 1xx above 100. ``branch`` is the To tag: one per device behind a fork ("" when it has none)."""

    status: int
    reason: str
    sdp: bytes | None
    branch: str
    response: Response


@dataclass(frozen=True, slots=True)
class Answered:
    """UAC: the first 2xx; ``branch`` decides which early dialog won. The ACK has gone out, except when the INVITE had
    no offer: then ``sdp`` is the peer's offer, and ``InviteSession.answer`` sends the ACK.
    """

    sdp: bytes | None
    response: Response
    branch: str


@dataclass(frozen=True, slots=True)
class Failed:
    """UAC: the call was not answered; the last event. ``response`` None when we made the status up:
    408 nothing was heard, 503 the transport failed, 487 it was cancelled and the peer never said so.
    """

    status: int
    reason: str
    response: Response | None


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """UAS: the ACK to our 2xx (also to a re-INVITE's) came; ``sdp``: the answer in it, where our 2xx made the offer."""

    sdp: bytes | None


@dataclass(frozen=True, slots=True)
class Offered:
    """A re-INVITE or UPDATE asks for another session. Reply with ``answer`` or ``refuse``.

    ``sdp`` is None for a re-INVITE without an offer: then ``answer`` carries our offer and Acknowledged the answer.
    """

    sdp: bytes | None
    method: str
    request: Request


@dataclass(frozen=True, slots=True)
class DigitReceived:
    """A digit by INFO (application/dtmf-relay, application/dtmf) or KPML."""

    digit: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class ReferReceived:
    """The peer asks us to transfer it (RFC 3515). Reply with ``respond_refer``, then ``notify_refer``.

    ``refer_to`` is without its headers; ``replaces`` is what its Replaces header says (attended transfer, RFC 3891).
    """

    refer_to: Uri
    referred_by: str | None
    replaces: Replaces | None
    request: Request


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over; the last event.

    ``cause``: ``bye``, ``cancel``, ``local`` (we hung up or rejected), ``no_ack``, ``timeout``, ``expired`` (RFC 4028),
    ``transport``.
    """

    by_peer: bool
    cause: str
    reason: Reason | None


SessionEvent = Provisional | Answered | Failed | Acknowledged | Offered | DigitReceived | ReferReceived | Ended
