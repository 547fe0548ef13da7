"""Session timers: a call whose peer has vanished ends (RFC 4028)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import proxy

from pbx.sip.errors import MalformedError, RemoteError
from pbx.sip.message import Message, Request, Response
from pbx.sip.name_address import parse_header_parameters
from pbx.sip.session_events import SessionState

if TYPE_CHECKING:
    from pbx.sip.session import Session

MIN_SE = 90
_MAX_S = 86_400


def parse_session_expires(message: Message) -> tuple[int, str] | None:
    """The interval in seconds and who refreshes ("uac", "uas", ""); None without one. Raises MalformedError."""
    value = message.headers.get("session-expires")
    if value is None:
        return None
    seconds, _, rest = value.partition(";")
    seconds = seconds.strip()
    if not seconds.isascii() or not seconds.isdigit() or len(seconds) > 10:
        raise MalformedError("not a number in Session-Expires")
    refresher = dict(parse_header_parameters(rest)).get("refresher") or ""
    return min(int(seconds), _MAX_S), refresher.lower() if refresher.lower() in {"uac", "uas"} else ""


class SessionTimer:
    """Runs when the peer asked for it, or agreed."""

    __slots__ = ("_interval", "_refresh_by_us", "_session", "local_sdp")

    def __init__(self, session: Session) -> None:
        self._session: Session = proxy(session)  # which owns this: a loop of the two would be left to the collector
        self._interval: int | None = None
        self._refresh_by_us = False
        self.local_sdp = b""  # what a refreshing re-INVITE repeats

    def check(self, request: Request) -> None:
        """Refuse an interval that is too short: 422 (§9). Raises RemoteError."""
        asked = parse_session_expires(request)
        if asked is not None and asked[0] < MIN_SE and "timer" in request.headers.tokens("supported"):
            raise RemoteError("Session-Expires", 422, "Session Interval Too Small", [("Min-SE", str(MIN_SE))])

    def answer_headers(self, request: Request, now: float) -> list[tuple[str, str]]:
        """What our 2xx to an INVITE or UPDATE says; the timer starts over (§9)."""
        asked = parse_session_expires(request)
        if asked is None:
            self.stop()
            return []
        interval, refresher = max(asked[0], MIN_SE), asked[1]
        peer_can = "timer" in request.headers.tokens("supported")
        by_peer = peer_can and refresher != "uas"
        self._start(interval, not by_peer, now)
        headers = [("Session-Expires", f"{interval};refresher={'uac' if by_peer else 'uas'}")]
        if by_peer:
            headers.append(("Require", "timer"))
        return headers

    def request_headers(self) -> list[tuple[str, str]]:
        """What a re-INVITE or UPDATE of ours says while the timer runs (§7.4)."""
        if self._interval is None:
            return []
        refresher = "uac" if self._refresh_by_us else "uas"
        return [("Session-Expires", f"{self._interval};refresher={refresher}"), ("Min-SE", str(MIN_SE))]

    def take_response(self, response: Response, now: float) -> None:
        """A 2xx to our INVITE or UPDATE says whether, and who (§7.2)."""
        try:
            agreed = parse_session_expires(response)
        except MalformedError:
            agreed = None
        if agreed is None:
            self.stop()
        else:
            self._start(max(agreed[0], MIN_SE), agreed[1] != "uas", now)

    def _start(self, interval: int, by_us: bool, now: float) -> None:
        self._interval = interval
        self._refresh_by_us = by_us
        deadlines = self._session.deadlines
        deadlines.set("expire", now + interval - min(32.0, interval / 3))
        if by_us:
            deadlines.set("refresh", now + interval / 2)
        else:
            deadlines.clear("refresh")

    def refresh(self, now: float) -> None:
        """Half of the interval is over, and it is on us to refresh (§10)."""
        session = self._session
        if session.state is not SessionState.CONFIRMED:
            return
        if "update" in session.peer_allows:
            session.renegotiation.refresh("UPDATE", b"", self.request_headers(), now)
        elif self.local_sdp:
            session.renegotiation.refresh("INVITE", self.local_sdp, self.request_headers(), now)

    def expire(self, now: float) -> None:
        """Nobody refreshed it (§10)."""
        self._session.lost("expired", now)

    @property
    def agreed(self) -> tuple[int, bool] | None:
        """The interval in seconds and whether we refresh, while it runs."""
        return (self._interval, self._refresh_by_us) if self._interval is not None else None

    def resume(self, interval: int, by_us: bool, now: float) -> None:
        """Run as it was agreed on by another process of ours."""
        self._start(interval, by_us, now)

    def stop(self) -> None:
        self._interval = None
        self._session.deadlines.clear("refresh", "expire")
