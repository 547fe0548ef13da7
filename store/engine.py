"""The database: one engine per process, SQLite in a file or PostgreSQL by URL.

SQLite has one writer at a time. So that a writer waits its turn instead of failing half-way, a ``transaction`` takes
the write lock when it begins (``BEGIN IMMEDIATE``), and the transactions of one process queue up before it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from store.errors import DatabaseUrlError, UnreachableDatabaseError
from store.sqlite_connection import connect

BUSY_TIMEOUT_MS = 10_000
CONNECT_TIMEOUT_S = 5
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
_WAL_ATTEMPTS = 100
_WRITES = "centralita_writes"
EMITTED = "emitted"  # in session.info: the documents that on_emitted hears of after the commit

OnEmitted = Callable[[list[dict[str, Any]]], None]


class Database:
    """Sessions and transactions on the database at ``url``.

    ``on_emitted`` is told, after each commit, of the events that the transaction appended to the event log.
    """

    def __init__(self, url: str, *, on_emitted: OnEmitted | None = None) -> None:
        """Raises DatabaseUrlError; nothing is connected yet."""
        self._engine = _engine(url)
        self.is_sqlite = self._engine.dialect.name == "sqlite"
        self.url = self._engine.url.render_as_string(hide_password=True)
        self.on_emitted = on_emitted
        self._writer = asyncio.Lock() if self.is_sqlite else None
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._writing = async_sessionmaker(self._engine.execution_options(**{_WRITES: True}), expire_on_commit=False)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session for reading; what it wrote without a commit is rolled back."""
        async with self._sessions() as session:
            yield session

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction that writes: committed at the end, rolled back when an exception leaves it.

        Not within another one: on SQLite it would wait for itself.
        """
        async with self._writer or nullcontext(), self._writing() as session, session.begin():
            yield session
        emitted = session.info.pop(EMITTED, None)
        if emitted and self.on_emitted is not None:
            self.on_emitted(emitted)

    async def check(self) -> None:
        """Raises UnreachableDatabaseError with one readable line when no connection can be had."""
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S + 1), self._engine.connect() as connection:
                await connection.execute(text("SELECT 1 FROM sqlite_master LIMIT 1" if self.is_sqlite else "SELECT 1"))
        except (DBAPIError, OSError, TimeoutError) as error:
            raise UnreachableDatabaseError(f"database {self.url} cannot be reached: {_cause(error)}") from None

    async def upgrade(self) -> None:
        """Bring the schema up to this version's. Raises UnreachableDatabaseError, SchemaTooNewError."""
        from store.migrations.upgrade import is_current, upgrade

        await self.check()
        async with self._engine.connect() as connection:
            if await connection.run_sync(is_current):
                return
        if self.is_sqlite:
            await self._write_ahead()
        await self.run_sync(upgrade)

    async def run_sync(self, work: Callable[[Connection], Any]) -> Any:
        """Run ``work`` on a plain connection inside one writing transaction."""
        async with self._writer or nullcontext(), self._engine.connect() as connection:
            connection = await connection.execution_options(**{_WRITES: True})
            async with connection.begin():
                return await connection.run_sync(work)

    async def _write_ahead(self) -> None:
        """Readers and the writer do not wait for each other from now on: the file remembers it.

        SQLite does not wait by itself for a file that others are opening at this moment.
        """
        async with self._engine.connect() as connection:
            raw = await connection.get_raw_connection()
            for attempt in range(_WAL_ATTEMPTS):
                try:
                    await raw.driver_connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[union-attr]
                    break
                except sqlite3.OperationalError as error:
                    if attempt + 1 == _WAL_ATTEMPTS:
                        raise UnreachableDatabaseError(f"database {self.url} cannot be written: {error}") from None
                    await asyncio.sleep(0.05)

    async def dispose(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def _engine(url: str) -> AsyncEngine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseUrlError("not a database URL; allowed: sqlite:///FILE or postgresql://USER@HOST/NAME") from None
    backend = parsed.get_backend_name()
    if backend not in _DRIVERS:
        raise DatabaseUrlError(f"database '{backend}' is not supported; allowed: sqlite, postgresql")
    parsed = parsed.set(drivername=_DRIVERS[backend])
    if backend == "sqlite":
        return _sqlite(
            create_async_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "async_creator_fn": connect}),
            parsed.database,
        )
    return create_async_engine(
        parsed,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=CONNECT_TIMEOUT_S,
        connect_args={"timeout": CONNECT_TIMEOUT_S, "server_settings": {"application_name": "centralita"}},
    )


def _sqlite(engine: AsyncEngine, file: str | None) -> AsyncEngine:
    @event.listens_for(engine.sync_engine, "do_connect")
    def _create_folder(*_: object) -> None:
        if file and file != ":memory:":
            Path(file).parent.mkdir(parents=True, exist_ok=True)

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        # The driver must not begin transactions by itself: BEGIN is ours, so that a writer asks for the lock at once.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
            "synchronous=NORMAL",
            "temp_store=MEMORY",
            "cache_size=-16000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _cause(error: BaseException) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(cause, TimeoutError):
        return "no answer"
    return " ".join(str(cause).split()) or type(cause).__name__
