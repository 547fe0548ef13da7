"""The rows that one transaction works on, found without asking the database for each event again.

The events of a call come close together, most of them in one batch. What the batch has made or read stays at hand here,
so that it is written once, together with the rest, when the batch is done.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from store.base import Base

T = TypeVar("T", bound=Base)
_NAME = "batch_rows"


class BatchRows:
    """Rows by table and primary key, and by table and call (tables with a column ``call_id``)."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._by_key: dict[tuple[type[Base], Hashable], Any] = {}
        self._by_call: dict[tuple[type[Base], str], list[Any]] = {}
        self._begun: set[str] = set()

    @classmethod
    def of(cls, session: AsyncSession) -> BatchRows:
        """Those of ``session``'s transaction."""
        rows = session.info.get(_NAME)
        if rows is None:
            rows = session.info[_NAME] = cls(session)
        assert isinstance(rows, cls)
        return rows

    @staticmethod
    def forget(session: AsyncSession) -> None:
        """Drop everything at hand: after a savepoint was rolled back, or rows were removed."""
        session.info.pop(_NAME, None)

    def begin_call(self, call_id: str) -> None:
        """This is the first event of the call: no table has rows of it yet."""
        self._begun.add(call_id)

    def add(self, row: T, key: Hashable = None, call_id: str | None = None) -> T:
        """Add a new row to the transaction, to be found by ``key``, by ``call_id``, or both."""
        self._session.add(row)
        if key is not None:
            self._by_key[type(row), key] = row
        if call_id is not None and (call_id in self._begun or (type(row), call_id) in self._by_call):
            self._by_call.setdefault((type(row), call_id), []).append(row)
        return row

    async def get(self, table: type[T], key: Hashable) -> T | None:
        """The row with the primary key ``key``."""
        at = (table, key)
        if at not in self._by_key:
            if key in self._begun:
                return None
            self._by_key[at] = await self._session.get(table, key)
        row: T | None = self._by_key[at]
        return row

    async def of_call(self, table: type[T], call_id: str) -> list[T]:
        """Every row of ``table`` that belongs to the call."""
        at = (table, call_id)
        if at not in self._by_call:
            found: list[T] = []
            if call_id not in self._begun:
                column = table.__table__.c["call_id"]
                found = list(await self._session.scalars(select(table).where(column == call_id)))
            self._by_call[at] = found
        return list(self._by_call[at])
