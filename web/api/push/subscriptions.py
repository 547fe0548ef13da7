"""Which browsers take pushes, of whom: rows of the database, each as long as the session that made it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from sqlalchemy import Select, delete, select

from pbx.ids import new_id
from store.engine import Database
from store.tables import Account
from web.api.push.recipient import Recipient
from web.api.tables import PushSubscription, WebSession

MAX_PER_PERSON = 10


class PushSubscriptions:
    """``now``: seconds since the epoch. Who has none is known without asking the database."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now
        self._logins: set[str] = set()

    async def open(self) -> None:
        """Read who has any."""
        async with self._database.session() as session:
            self._logins = set(await session.scalars(select(PushSubscription.login).distinct()))

    async def add(
        self, login: str, session_hash: str, endpoint: str, key: bytes, auth: bytes, language: str
    ) -> PushSubscription:
        """Remember a browser; one that is known changes hands. Of too many of one person the oldest is forgotten."""
        async with self._database.transaction() as session:
            open_sessions = select(WebSession.token_hash)
            await session.execute(delete(PushSubscription).where(PushSubscription.session_hash.not_in(open_sessions)))
            same = (PushSubscription.endpoint == endpoint) | (PushSubscription.session_hash == session_hash)
            await session.execute(delete(PushSubscription).where(same))
            mine = (
                select(PushSubscription.id).where(PushSubscription.login == login).order_by(PushSubscription.id.desc())
            )
            too_many = list(await session.scalars(mine.offset(MAX_PER_PERSON - 1)))
            await session.execute(delete(PushSubscription).where(PushSubscription.id.in_(too_many)))
            row = PushSubscription(
                id=new_id(),
                login=login,
                session_hash=session_hash,
                endpoint=endpoint,
                key=key.hex(),
                auth=auth.hex(),
                language=language,
                created_at=self._now(),
            )
            session.add(row)
        self._logins.add(login)
        return row

    async def listed(self, login: str) -> list[PushSubscription]:
        """Those of ``login``, newest first."""
        query = _valid(self._now()).where(PushSubscription.login == login).order_by(PushSubscription.id.desc())
        async with self._database.session() as session:
            return list(await session.scalars(query))

    async def of(self, logins: Collection[str]) -> list[Recipient]:
        """The browsers of these people whose sessions are open."""
        wanted = [login for login in logins if login in self._logins]
        if not wanted:
            return []
        async with self._database.session() as session:
            rows = list(await session.scalars(_valid(self._now()).where(PushSubscription.login.in_(wanted))))
        return [recipient(row) for row in rows]

    async def everybody(self) -> list[str]:
        """Who has a browser whose session is open."""
        if not self._logins:
            return []
        async with self._database.session() as session:
            return sorted({row.login for row in await session.scalars(_valid(self._now()))})

    async def remove(self, login: str, id_: str) -> bool:
        """Forget one of ``login``; whether there was such a one."""
        mine = (PushSubscription.id == id_, PushSubscription.login == login)
        async with self._database.transaction() as session:
            gone = await session.scalars(delete(PushSubscription).where(*mine).returning(PushSubscription.id))
            return gone.first() is not None

    async def forget(self, ids: Iterable[str]) -> None:
        """The push service knows them no more."""
        async with self._database.transaction() as session:
            await session.execute(delete(PushSubscription).where(PushSubscription.id.in_(list(ids))))


def recipient(row: PushSubscription) -> Recipient:
    """A row as something to push to."""
    key, auth = bytes.fromhex(row.key), bytes.fromhex(row.auth)
    return Recipient(row.id, row.login, row.session_hash, row.endpoint, key, auth, row.language)


def _valid(now: float) -> Select[PushSubscription]:
    return (
        select(PushSubscription)
        .join(WebSession, WebSession.token_hash == PushSubscription.session_hash)
        .join(Account, Account.login == PushSubscription.login)
        .where(WebSession.expires_at > now, WebSession.login == PushSubscription.login, Account.is_disabled.is_(False))
    )
