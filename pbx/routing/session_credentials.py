"""Digest credentials of a browser: made for one web session, good for an hour, kept in memory only.

Nobody types them and no file has them. They open only a WebSocket flow that the same person has signed in to.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from store.credentials import Ha1, ha1

LIFETIME_S = 3600.0
MAX_PER_SESSION = 8  # tabs, and the credentials that each of them renews before they expire
MAX_ISSUED = 50_000


@dataclass(frozen=True, slots=True)
class Issued:
    """What a browser is told; ``expires_at`` in epoch seconds."""

    username: str
    password: str
    expires_at: float


@dataclass(frozen=True, slots=True)
class _Kept:
    login: str
    session: str
    secret: Ha1
    expires_at: float


class SessionCredentials:
    """Every pair of user name and password that is good at the moment, as HA1. ``clock`` gives epoch seconds."""

    def __init__(
        self, realm: str, *, clock: Callable[[], float], tokens: Callable[[int], str] = secrets.token_urlsafe
    ) -> None:
        self._realm = realm
        self._clock = clock
        self._tokens = tokens
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._of_session: dict[str, list[str]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def issue(self, login: str, session: str, until: float) -> Issued:
        """Credentials of ``login`` for one web ``session``, which ends at ``until`` by itself."""
        now = self._clock()
        issued = Issued(f"web-{self._tokens(12)}", self._tokens(24), min(now + LIFETIME_S, until))
        secret = ha1(issued.username, self._realm, issued.password)
        self._kept[issued.username] = _Kept(login, session, secret, issued.expires_at)
        mine = self._of_session.setdefault(session, [])
        mine.append(issued.username)
        if len(mine) > MAX_PER_SESSION:
            self._forget(mine[0])
        for username, kept in list(islice(self._kept.items(), 2)):  # those in front are the oldest
            if kept.expires_at <= now or len(self._kept) > MAX_ISSUED:
                self._forget(username)
        return issued

    def revoke(self, session: str) -> None:
        """A web session is over: its credentials open nothing any more."""
        for username in list(self._of_session.get(session, ())):
            self._forget(username)

    def secret_of(self, username: str, login: str) -> Ha1 | None:
        """HA1 of a user name that ``login`` has been given and that is still good."""
        kept = self._kept.get(username)
        if kept is None or kept.login != login or kept.expires_at <= self._clock():
            return None
        return kept.secret

    def _forget(self, username: str) -> None:
        session = self._kept.pop(username).session
        self._of_session[session].remove(username)
        if not self._of_session[session]:
            del self._of_session[session]
