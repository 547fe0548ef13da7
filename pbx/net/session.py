"""One INVITE usage as the rest of the house sees it (RFC 3261 §12–15, RFC 3262, RFC 3311, RFC 6026)."""

from __future__ import annotations

from collections.abc import Callable

from pbx.net.hop import Hop
from pbx.sip.headers import HeaderList
from pbx.sip.message import Request
from pbx.sip.reason import Reason
from pbx.sip.replaces import Replaces
from pbx.sip.session_events import SessionEvent, SessionState
from pbx.sip.uri import Uri


class InviteSession:
    """A call's signalling with one peer, as UAS (``is_incoming``) or UAC.

    The owner sets ``sink``; it is called from the loop, never from inside a method of this class. The last event is one
    Failed (UAC, not answered) or one Ended. ``request`` is the INVITE received or sent; ``source`` where it came from
    or went to. Methods that do not fit the state raise WrongStateError.
    """

    id: str
    request: Request
    source: Hop
    is_incoming: bool
    sink: Callable[[SessionEvent], None]

    @property
    def state(self) -> SessionState:
        raise NotImplementedError

    @property
    def call_id(self) -> str:
        raise NotImplementedError

    @property
    def local_tag(self) -> str:
        raise NotImplementedError

    @property
    def remote_tag(self) -> str:
        """The peer's tag; "" before an outgoing call has one."""
        raise NotImplementedError

    @property
    def replaces(self) -> Replaces | None:
        """What the INVITE received asks to replace; look it up with ``UserAgent.find_session``."""
        raise NotImplementedError

    def ring(self, status: int = 180, sdp: bytes | None = None, headers: HeaderList = ()) -> None:
        """Send a provisional response (reliably where the peer requires 100rel)."""
        raise NotImplementedError

    def accept(self, sdp: bytes, headers: HeaderList = ()) -> None:
        """Send 200 with the answer, or with our offer when the INVITE had none; repeated until the ACK."""
        raise NotImplementedError

    def reject(self, status: int, reason: str | None = None, headers: HeaderList = ()) -> None:
        """Send a final response of 300 to 699."""
        raise NotImplementedError

    def hang_up(self, reason: Reason | None = None, status: int = 603) -> None:
        """End it, whatever fits the state: CANCEL, BYE, or a rejection with ``status``. May be called again."""
        raise NotImplementedError

    async def reoffer(self, sdp: bytes, method: str = "INVITE") -> bytes:
        """Our re-INVITE or UPDATE; returns the peer's answer. 491 is tried again (§14.1). Raises OfferRefusedError."""
        raise NotImplementedError

    def answer(self, sdp: bytes, headers: HeaderList = ()) -> None:
        """Reply to Offered; or, after Answered without an offer of ours, send the ACK with our answer."""
        raise NotImplementedError

    def refuse(self, status: int) -> None:
        """Reply to Offered with 488 and the like: the session stays as it was."""
        raise NotImplementedError

    def info(self, content_type: str, body: bytes) -> None:
        """Send INFO within the dialog."""
        raise NotImplementedError

    def respond_refer(self, status: int) -> None:
        """Reply to ReferReceived: 202, or why not."""
        raise NotImplementedError

    def notify_refer(self, status: int, reason: str = "", final: bool = False) -> None:
        """Tell the transferor how the call it asked for goes (message/sipfrag); ``final`` ends the subscription."""
        raise NotImplementedError

    async def refer(self, refer_to: Uri, referred_by: Uri | None = None) -> int:
        """Ask the peer to call ``refer_to``; the final status: its own refusal, or what its NOTIFYs said last."""
        raise NotImplementedError
