"""Signing in: passwords checked in a thread, as slowly for a stranger as for a colleague, and tokens kept as hashes."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import delete, select, update

from store.credentials import account, hash_password, verify_password
from store.engine import Database
from store.tables import Account
from web.api.attempts import Attempts
from web.api.browser_names import browser_of, system_of
from web.api.errors import TooManyError, UnauthenticatedError
from web.api.second_factor import MAX_CODE, SecondFactors
from web.api.tables import ApiToken, WebSession

LIFETIME_S = 7 * 86400
KNOWN_FOR_S = 3.0
MAX_KNOWN = 10_000
PARALLEL_HASHES = 2
MAX_WAITING = 200
MAX_TOKEN = 200
SCRIPT_PREFIX = "ct_"  # of API tokens, so that one is known for what it is where it should not be
USED_EVERY_S = 600.0
NEVER = 9e9  # when a token without an end expires, in seconds since the epoch

Proof = TypeVar("Proof", WebSession, ApiToken)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a token belongs to, as of ``read_at``. ``is_read_only``: a script's that may change nothing."""

    login: str
    role: str
    csrf_token: str
    expires_at: float
    read_at: float
    is_read_only: bool = False


class Sessions:
    """Tokens and whose they are. ``now`` is the clock (seconds since the epoch)."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self.second_factors = SecondFactors(database, now)
        self._database = database
        self._now = now
        self._known: OrderedDict[str, SignedIn] = OrderedDict()
        self._watches: dict[str, set[asyncio.Event]] = {}
        self._hashing = asyncio.Semaphore(PARALLEL_HASHES)
        self._waiting = 0
        self._nobody: str | None = None
        self._attempts = Attempts()

    async def sign_in(
        self, login: str, password: str, address: str, code: str = "", user_agent: str = ""
    ) -> tuple[str, SignedIn]:
        """A new token. ``code``: the one-time password or a recovery code, where the person has a second factor.

        ``user_agent``: what the browser says it is (RFC 9110 §10.1.5), for the list of one's sessions.

        Raises UnauthenticatedError, and TooManyError after too many wrong passwords or codes.
        """
        found = await self.prove(login, password, address)
        await self._second(login, address, code)
        self._attempts.succeeded(login, address)
        now = self._now()
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        signed_in = SignedIn(found.login, found.role, csrf, now + LIFETIME_S, now)
        async with self._database.transaction() as session:
            await session.execute(delete(WebSession).where(WebSession.expires_at < now))
            session.add(
                WebSession(
                    token_hash=session_key(token),
                    login=found.login,
                    csrf_token=csrf,
                    browser=browser_of(user_agent),
                    system=system_of(user_agent),
                    created_at=now,
                    expires_at=signed_in.expires_at,
                )
            )
        self._remember(session_key(token), signed_in)
        return token, signed_in

    async def prove(self, login: str, password: str, address: str) -> Account:
        """The account, when the password is right. Raises UnauthenticatedError, TooManyError."""
        self._attempts.check(login, address, self._now())
        if self._waiting >= MAX_WAITING:
            raise TooManyError("too many people sign in at once; try again in a moment", 1)
        async with self._database.session() as session:
            found = await account(session, login)
        self._waiting += 1
        try:
            async with self._hashing:
                # Again: others may have failed for this login while this one waited its turn.
                self._attempts.check(login, address, self._now())
                fits = await self._fits(found.password_hash if found is not None else None, password)
                if found is None or not fits:
                    self._attempts.failed(login, address, self._now())
                    raise UnauthenticatedError("login or password is wrong")
        finally:
            self._waiting -= 1
        return found

    async def _second(self, login: str, address: str, code: str) -> None:
        """Raises UnauthenticatedError, ``code`` at fault, where a second factor is on and not given."""
        if not (await self.second_factors.standing(login)).is_on:
            return
        if not code:
            raise UnauthenticatedError(
                "a code from your authenticator is needed", faults=[{"field": "code", "message": "is needed"}]
            )
        if len(code) > MAX_CODE or not await self.second_factors.take(login, code):
            self._attempts.failed(login, address, self._now())
            raise UnauthenticatedError("the code is wrong", faults=[{"field": "code", "message": "is wrong"}])

    async def who(self, token: str) -> SignedIn:
        """Whose token it is. Raises UnauthenticatedError."""
        if len(token) > MAX_TOKEN:
            raise UnauthenticatedError("this token is not valid")
        hashed, now = session_key(token), self._now()
        known = self._known.get(hashed)
        if known is None or now - known.read_at > KNOWN_FOR_S:
            known = await (self._read_script if token.startswith(SCRIPT_PREFIX) else self._read)(hashed, now)
            self._remember(hashed, known)
        if known.expires_at <= now:
            raise UnauthenticatedError("this token has expired")
        return known

    async def renew(self, token: str) -> SignedIn | None:
        """Its whole time again for a session of the page that has less than half of it left; None: it has enough.

        Who works with the page every day is not signed out in the middle of a call. Raises UnauthenticatedError.
        """
        known, now = await self.who(token), self._now()
        if known.expires_at - now > LIFETIME_S / 2:
            return None
        hashed, renewed = session_key(token), replace(known, expires_at=now + LIFETIME_S)
        async with self._database.transaction() as session:
            mine = update(WebSession).where(WebSession.token_hash == hashed).values(expires_at=renewed.expires_at)
            await session.execute(mine)
        if hashed in self._known:
            self._remember(hashed, renewed)
        return renewed

    @contextmanager
    def watching(self, login: str) -> Iterator[asyncio.Event]:
        """Set whenever ``login`` may have been signed out or changed: for what stays open longer than a request."""
        event = asyncio.Event()
        watches = self._watches.setdefault(login, set())
        watches.add(event)
        try:
            yield event
        finally:
            watches.discard(event)
            if not watches:
                self._watches.pop(login, None)

    async def sign_out(self, token: str) -> None:
        """Forget a token; it opens nothing from now on."""
        hashed = session_key(token)
        async with self._database.transaction() as session:
            mine = delete(WebSession).where(WebSession.token_hash == hashed).returning(WebSession.login)
            login = await session.scalar(mine)
        self._known.pop(hashed, None)
        self._tell(login)

    async def end_all(self, login: str, *, but: str | None = None) -> list[str]:
        """Sign ``login`` out everywhere but in the session of the token ``but``; the keys of those that ended."""
        kept = session_key(but) if but is not None else ""
        mine = (WebSession.login == login, WebSession.token_hash != kept)
        async with self._database.transaction() as session:
            ended = list(await session.scalars(delete(WebSession).where(*mine).returning(WebSession.token_hash)))
        self.forget(login)
        return ended

    def forget(self, login: str) -> None:
        """Look again who ``login`` is: the person has changed."""
        for hashed in [hashed for hashed, known in self._known.items() if known.login == login]:
            del self._known[hashed]
        self._tell(login)

    def forget_all(self) -> None:
        """Look again who everybody is."""
        self._known.clear()
        for login in self._watches:
            self._tell(login)

    def _tell(self, login: str | None) -> None:
        for event in self._watches.get(login or "", ()):
            event.set()

    async def _read(self, hashed: str, now: float) -> SignedIn:
        row, role = await self._found(WebSession, hashed)
        return SignedIn(row.login, role, row.csrf_token, row.expires_at, now)

    async def _read_script(self, hashed: str, now: float) -> SignedIn:
        row, role = await self._found(ApiToken, hashed)
        if row.last_used_at is None or now - row.last_used_at >= USED_EVERY_S:
            async with self._database.transaction() as session:
                await session.execute(update(ApiToken).where(ApiToken.id == row.id).values(last_used_at=now))
        return SignedIn(row.login, role, "", row.expires_at or NEVER, now, row.is_read_only)

    async def _found(self, table: type[Proof], hashed: str) -> tuple[Proof, str]:
        """What proves somebody, and the role of whoever it proves. Raises UnauthenticatedError."""
        query = (
            select(table, Account.role)
            .join(Account, Account.login == table.login)
            .where(table.token_hash == hashed, Account.is_disabled.is_(False))
        )
        async with self._database.session() as session:
            found = (await session.execute(query)).first()
        if found is None:
            self._known.pop(hashed, None)
            raise UnauthenticatedError("this token is not valid")
        return found[0], found[1]

    def _remember(self, hashed: str, signed_in: SignedIn) -> None:
        self._known[hashed] = signed_in
        self._known.move_to_end(hashed)
        while len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)

    async def _fits(self, password_hash: str | None, password: str) -> bool:
        if password_hash is None:
            # Somebody unknown costs the same work as somebody known, so that the time tells nobody apart.
            if self._nobody is None:
                self._nobody = await asyncio.to_thread(hash_password, secrets.token_urlsafe(16))
            password_hash = self._nobody
        return await asyncio.to_thread(verify_password, password_hash, password)


def session_key(token: str) -> str:
    """What stands for a session where its token must not be."""
    return hashlib.sha256(token.encode()).hexdigest()
