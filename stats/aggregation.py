"""SQL pieces that the reports are built of, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from stats.clock import By, Period

SHORT_WAIT_S = 5.0
DEFAULT_SERVICE_LEVEL_S = 20

Key = tuple[int, Any]
Column = InstrumentedAttribute[Any] | ColumnElement[Any]


def bucket(local_hour: Column, by: By) -> ColumnElement[int]:
    """The hour or day that a row counts for."""
    match by:
        case "hour":
            return local_hour + literal_column("0", Integer)
        case "day":
            return local_hour // literal_column("100", Integer)
        case _:
            return literal_column("0", Integer)


def count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows meet ``condition``."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def sum_if(condition: ColumnElement[bool], value: Column) -> ColumnElement[float]:
    """The sum of ``value`` over the rows that meet ``condition``."""
    return func.coalesce(func.sum(case((condition, value), else_=0.0)), 0.0)


def limit_of(queue: Column, limits: Mapping[str, int]) -> ColumnElement[int]:
    """Each queue's service level limit in seconds."""
    whens = [(queue == name, limit) for name, limit in limits.items()]
    return case(*whens, else_=DEFAULT_SERVICE_LEVEL_S) if whens else literal_column(str(DEFAULT_SERVICE_LEVEL_S))


async def grouped(
    session: AsyncSession,
    period: Period,
    at: Column,
    local_hour: Column,
    key: Column,
    columns: Mapping[str, ColumnElement[Any]],
    conditions: Iterable[ColumnElement[bool]] = (),
) -> dict[Key, dict[str, Any]]:
    """``columns`` per bucket and ``key``, over the rows whose ``at`` lies in ``period``."""
    when = bucket(local_hour, period.by).label("bucket")
    query = (
        select(when, key.label("key"), *(column.label(name) for name, column in columns.items()))
        .where(at >= period.start, at < period.end, *conditions)
        .group_by(*([key] if period.by == "none" else [when, key]))
    )
    rows = await session.execute(query)
    return {(int(row.bucket), row.key): {name: getattr(row, name) for name in columns} for row in rows}


def merged(*tables: dict[Key, dict[str, Any]]) -> list[tuple[Key, dict[str, Any]]]:
    """Rows of several tables with the same keys, side by side, in order; what one lacks counts as nothing."""
    keys = sorted({key for table in tables for key in table}, key=lambda key: (key[0], str(key[1])))
    result = []
    for key in keys:
        row: dict[str, Any] = {}
        for table in tables:
            row |= table.get(key, {})
        result.append((key, row))
    return result


def ratio(part: float, whole: float) -> float | None:
    """``part`` ÷ ``whole`` with four digits; None when there is nothing to divide by."""
    return round(part / whole, 4) if whole else None


def mean(total: float, count: int) -> float | None:
    """``total`` ÷ ``count`` with two digits; None when there is nothing to divide by."""
    return round(total / count, 2) if count else None
