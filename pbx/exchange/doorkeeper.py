"""The gate of the exchange: strangers, scanners and the banned are turned away, and nothing is remembered of them."""

from __future__ import annotations

from collections.abc import Callable

from config.security import Security
from pbx.net.gate import Refusal, Silence
from pbx.net.hop import Hop
from pbx.routing.authentication import Authenticator, Refused
from pbx.routing.scanners import is_scanner
from pbx.sip.message import Request

ENCRYPTED = frozenset({"tls", "wss"})
LOCAL_WEB = frozenset({"ws"})
_SILENCE = Silence()


class Doorkeeper:
    """Judges a request outside a dialog (`pbx.net.gate.Gate`). ``clock`` gives epoch seconds.

    Whoever is let in has been proven by the authenticator, which remembers that for the one who serves the request.
    """

    def __init__(
        self, authenticator: Authenticator, clock: Callable[[], float], security: Callable[[], Security]
    ) -> None:
        self._authenticator = authenticator
        self._clock = clock
        self._security = security

    def judge(self, request: Request, source: Hop) -> Refusal | Silence | None:
        """None lets it in."""
        authenticator, now = self._authenticator, self._clock()
        if not authenticator.is_trunk_address(source.host):
            if is_scanner(request) or authenticator.is_probing(request, source, now):
                return _SILENCE
            if self._security().tls_only and source.transport not in ENCRYPTED | LOCAL_WEB:
                return Refusal(403, "TLS Required")
        who = authenticator.who(request, source, now, by_address=request.method == "INVITE")
        return Refusal(who.status, who.reason, who.headers) if isinstance(who, Refused) else None
