"""The rows that one transaction works on, found without asking the database for each event again.

The events of a call come close together, and those of many calls in one batch. What the batch has made or read stays at
hand here, so that it is written once, together with the rest, when the batch is done; and what one call of the batch
needs of a table is read for all of them in one query.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.base import Base

T = TypeVar("T", bound=Base)
_NAME = "batch_rows"


class BatchRows:
    """Rows by table and primary key, and by table and call (tables with a column ``call_id``).

    Queries made here do not write first what is only in memory: rows that were made in this transaction must have been
    given to ``add``, or be flushed, to be found.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self.beside: dict[str, Any] = {}  # what else is to be forgotten together with the rows, by name
        self.events: Sequence[dict[str, Any]] = ()
        self._calls: frozenset[str] = frozenset()
        self._logins: frozenset[str] = frozenset()
        self._by_key: dict[tuple[type[Base], Hashable], Any] = {}
        self._by_call: dict[tuple[type[Base], str], list[Any]] = {}
        self._added: dict[type[Base], list[Any]] = {}

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

    def expect(self, events: Sequence[dict[str, Any]]) -> None:
        """These are the events of the batch: rows of one of their calls or people are read with those of all."""
        self.events = events
        self._calls = frozenset(event["call_id"] for event in events if event.get("call_id") is not None)
        self._logins = frozenset(event["login"] for event in events if event.get("login") is not None)

    def add(self, row: T, key: Hashable = None) -> T:
        """Add a new row to the transaction, to be found by ``key`` and by its ``call_id``, if it has one."""
        self._session.add(row)
        self._added.setdefault(type(row), []).append(row)
        if key is not None:
            self._by_key[type(row), key] = row
        call_id = getattr(row, "call_id", None)
        if call_id is not None and (type(row), call_id) in self._by_call:
            self._by_call[type(row), call_id].append(row)
        return row

    def added(self, table: type[T]) -> Sequence[T]:
        """The rows of ``table`` that this transaction has added, oldest first."""
        return self._added.get(table, ())

    def at_hand(self, table: type[T]) -> Iterator[T]:
        """The rows of ``table`` that were found or added by key."""
        return (row for (of, _), row in self._by_key.items() if of is table and row is not None)

    async def get(self, table: type[T], key: Hashable) -> T | None:
        """The row with the primary key ``key``."""
        at = (table, key)
        if at not in self._by_key:
            together = self._calls if key in self._calls else self._logins
            if key in together:
                await self._read_keys(table, together)
            else:
                with self._session.no_autoflush:
                    self._by_key[at] = await self._session.get(table, key)
        row: T | None = self._by_key[at]
        return row

    async def of_call(self, table: type[T], call_id: str) -> list[T]:
        """Every row of ``table`` that belongs to the call."""
        at = (table, call_id)
        if at not in self._by_call:
            await self._read_calls(table, self._calls | {call_id})
        return list(self._by_call[at])

    async def _read_keys(self, table: type[T], keys: Collection[str]) -> None:
        missing = [key for key in keys if (table, key) not in self._by_key]
        self._by_key.update(((table, key), None) for key in missing)
        with self._session.no_autoflush:
            for row in await self._session.scalars(_with_keys(table), {"values": missing}):
                self._by_key[table, inspect(row).identity[0]] = row

    async def _read_calls(self, table: type[T], call_ids: Collection[str]) -> None:
        missing = [call_id for call_id in call_ids if (table, call_id) not in self._by_call]
        found: dict[str, list[Any]] = {call_id: [] for call_id in missing}
        with self._session.no_autoflush:
            for row in await self._session.scalars(_of_calls(table), {"values": missing}):
                found[row.call_id].append(row)
        for row in self._added.get(table, ()):
            rows = found.get(row.call_id)
            if rows is not None and not any(row is known for known in rows):
                rows.append(row)
        self._by_call.update(((table, call_id), rows) for call_id, rows in found.items())


@cache
def _with_keys(table: type[T]) -> Select[T]:
    (column,) = inspect(table).primary_key
    return select(table).where(column.in_(bindparam("values", expanding=True)))


@cache
def _of_calls(table: type[T]) -> Select[T]:
    column = table.__table__.c["call_id"]
    return select(table).where(column.in_(bindparam("values", expanding=True)))
