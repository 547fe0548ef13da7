"""Pages of a list in an order that somebody has chosen: a cursor holds the last row's key and id."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, and_, func, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import Select

from web.api.paging import Paged, decode_cursor, encode_cursor

MOST_LETTERS = 80  # of a key: what differs only behind them stands in the order of the ids
# Neither SQLite nor PostgreSQL's C collation knows where a Spanish reader looks for these.
_LETTERS = dict(zip("ÁÉÍÓÚÜáéíóúü", "aeiouuaeiouu", strict=True)) | {"Ñ": "n~", "ñ": "n~", "Ç": "c", "ç": "c"}


def alphabetical(column: Any) -> Any:
    """The key by which people look a text up: no capitals, no accents, ñ behind n; what is missing comes first."""
    key: Any = func.coalesce(column, "")
    for letter, plain in _LETTERS.items():
        key = func.replace(key, letter, plain)
    return func.substr(func.lower(key), 1, MOST_LETTERS, type_=String)


async def page_sorted(
    session: AsyncSession, query: Select[Any], key: Any, id_: Any, asked: Paged, *, is_falling: bool
) -> tuple[list[Any], str | None]:
    """One page of ``query`` ordered by ``key`` (a text or a number, never null) and an id, and the cursor of the next.

    The rows have the query's columns and the key behind them. Raises MalformedError for a cursor of another order.
    """
    kind = str if key.type.python_type is str else float
    if asked.cursor is not None:
        last, last_id = decode_cursor(asked.cursor, (kind, str))
        if is_falling:
            query = query.where(or_(key < last, and_(key == last, id_ < last_id)))
        else:
            query = query.where(or_(key > last, and_(key == last, id_ > last_id)))
    order = (key.desc(), id_.desc()) if is_falling else (key.asc(), id_.asc())
    found = query.add_columns(key.label("sort_key")).order_by(*order).limit(asked.limit + 1)
    rows = list((await session.execute(found)).all())
    more = len(rows) > asked.limit
    rows = rows[: asked.limit]
    return rows, encode_cursor(kind(rows[-1][-1]), rows[-1][0].id) if more else None
