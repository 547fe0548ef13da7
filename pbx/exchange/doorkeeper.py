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
CHALLENGES_PER_S = 1000.0
CHALLENGE_BURST = 2000.0
_SILENCE = Silence()


class Doorkeeper:
    """Judges a request outside a dialog (`pbx.net.gate.Gate`). ``clock`` gives epoch seconds.

    Whoever is let in has been proven by the authenticator, which remembers that for the one who serves the request.
    Challenges to strangers are bounded in all, however many addresses they come from: where somebody has proven a
    password lately nothing of that is felt, and a new telephone asks again by itself.
    """

    def __init__(
        self, authenticator: Authenticator, clock: Callable[[], float], security: Callable[[], Security]
    ) -> None:
        self._authenticator = authenticator
        self._clock = clock
        self._security = security
        self._challenges = CHALLENGE_BURST
        self._filled_at = 0.0

    def judge(self, request: Request, source: Hop) -> Refusal | Silence | None:
        """None lets it in."""
        authenticator, now = self._authenticator, self._clock()
        if not authenticator.is_trunk_address(source.host):
            if is_scanner(request) or authenticator.is_probing(request, source, now):
                return _SILENCE
            if authenticator.is_stranger(request, source) and not self._may_challenge(now):
                return _SILENCE
            if self._security().tls_only and source.transport not in ENCRYPTED | LOCAL_WEB:
                return Refusal(403, "TLS Required")
        who = authenticator.who(request, source, now, by_address=request.method == "INVITE")
        return Refusal(who.status, who.reason, who.headers) if isinstance(who, Refused) else None

    def _may_challenge(self, now: float) -> bool:
        refill = max(0.0, now - self._filled_at) * CHALLENGES_PER_S
        self._challenges = min(CHALLENGE_BURST, self._challenges + refill)
        self._filled_at = now
        if self._challenges < 1.0:
            return False
        self._challenges -= 1.0
        return True
