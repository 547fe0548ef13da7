"""aiosqlite with one visit to its thread per statement, where its own cursor makes four.

A statement on SQLite takes microseconds, and a change of threads tens of them; the projection of a call is dozens of
statements. SQLAlchemy fetches every row at once in any case.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import aiosqlite

Row = tuple[Any, ...]


class Cursor:
    """The part of aiosqlite's cursor that SQLAlchemy uses; rows are fetched when the statement is executed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Row] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Cursor:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Cursor:
        """Execute and fetch. Raises sqlite3.Error."""
        return await self._run(lambda cursor: cursor.execute(sql, parameters))

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Cursor:
        """Execute once per row of parameters. Raises sqlite3.Error."""
        return await self._run(lambda cursor: cursor.executemany(sql, parameters))

    async def fetchone(self) -> Row | None:
        return self._rows.pop(0) if self._rows else None

    async def fetchmany(self, size: int | None = None) -> list[Row]:
        size = size or self.arraysize
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    async def fetchall(self) -> list[Row]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        self._rows = []

    async def _run(self, work: Callable[[sqlite3.Cursor], object]) -> Cursor:
        self._rows, self.description, self.rowcount, self.lastrowid = await self._connection.in_thread(work)
        return self


class Connection(aiosqlite.Connection):
    """An aiosqlite connection with such cursors."""

    def cursor(self) -> Cursor:  # type: ignore[override]
        """A new cursor, without a visit to the thread."""
        return Cursor(self)

    async def in_thread(self, work: Callable[[sqlite3.Cursor], object]) -> tuple[list[Row], Any, int, int | None]:
        """Rows, description, row count and last row id of what ``work`` does with a cursor in the thread."""
        done: tuple[list[Row], Any, int, int | None] = await self._execute(_with_cursor, self._conn, work)  # type: ignore[no-untyped-call]
        return done


def connect(file: str, **options: Any) -> Connection:
    """Like ``aiosqlite.connect``, for SQLAlchemy's ``async_creator_fn``; to be awaited."""
    connection = Connection(lambda: sqlite3.connect(file, **options), iter_chunk_size=64)
    connection._thread.daemon = True  # a connection in the pool must not keep a process that ends from ending
    return connection


def _with_cursor(
    connection: sqlite3.Connection, work: Callable[[sqlite3.Cursor], object]
) -> tuple[list[Row], Any, int, int | None]:
    cursor = connection.cursor()
    try:
        work(cursor)
        rows = cursor.fetchall() if cursor.description is not None else []
        return rows, cursor.description, cursor.rowcount, cursor.lastrowid
    finally:
        cursor.close()
