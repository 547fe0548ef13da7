"""The exchange's SIP user agent: every socket, transaction and dialog (RFC 3261 §8, §17, §18)."""

from __future__ import annotations

from collections.abc import Callable

from pbx.net.hop import Hop
from pbx.net.limits import Limits
from pbx.net.session import InviteSession
from pbx.sip.digest_client import Credentials
from pbx.sip.headers import HeaderList
from pbx.sip.message import Request, Response
from pbx.sip.name_address import NameAddress
from pbx.sip.session_events import SessionEvent
from pbx.sip.uri import Uri

Trace = Callable[[str, Hop, bytes, float], None]  # direction ("in", "out"), hop, message, now (epoch seconds)


class IncomingRequest:
    """A request outside any dialog: REGISTER, OPTIONS, MESSAGE, SUBSCRIBE … Respond to it exactly once."""

    request: Request
    source: Hop

    def respond(
        self,
        status: int,
        reason: str | None = None,
        headers: HeaderList = (),
        body: bytes = b"",
        content_type: str = "",
    ) -> None:
        raise NotImplementedError


class UserAgent:
    """UDP and TCP on one port. ``on_invite`` gets every new call, ``on_request`` what else is outside a dialog."""

    def __init__(
        self,
        *,
        bind: str,
        port: int,
        on_invite: Callable[[InviteSession], None],
        on_request: Callable[[IncomingRequest], None],
        advertised: str = "",
        domain: str = "",
        limits: Limits | None = None,
        trace: Trace | None = None,
        product: str = "Centralita",
    ) -> None:
        raise NotImplementedError

    async def start(self) -> None:
        """Open the sockets. Raises AddressInUseError."""
        raise NotImplementedError

    async def stop(self) -> None:
        raise NotImplementedError

    @property
    def port(self) -> int:
        """The port that is bound (also when 0 was asked for)."""
        raise NotImplementedError

    def contact(self, hop: Hop, user: str = "") -> Uri:
        """Our Contact as a peer at ``hop`` reaches us."""
        raise NotImplementedError

    def invite(
        self,
        target: Uri,
        via: Hop,
        *,
        from_: NameAddress,
        to: NameAddress,
        sdp: bytes | None,
        sink: Callable[[SessionEvent], None],
        headers: HeaderList = (),
        credentials: Credentials | None = None,
    ) -> InviteSession:
        """Call ``target``; ``headers`` may hold Max-Forwards. Events go to ``sink``; a 401/407 is answered here."""
        raise NotImplementedError

    async def request(
        self,
        method: str,
        target: Uri,
        via: Hop,
        *,
        from_: NameAddress,
        to: NameAddress,
        headers: HeaderList = (),
        body: bytes = b"",
        content_type: str = "",
        credentials: Credentials | None = None,
        call_id: str | None = None,
    ) -> Response:
        """One request outside a dialog and its final response. Raises RequestTimeoutError."""
        raise NotImplementedError

    def find_session(self, call_id: str, local_tag: str, remote_tag: str) -> InviteSession | None:
        """The session of a dialog, as a Replaces header names it: ``local_tag`` is its to-tag."""
        raise NotImplementedError

    def counters(self) -> dict[str, int]:
        """What was received, sent, refused and dropped since the start, by name."""
        raise NotImplementedError
