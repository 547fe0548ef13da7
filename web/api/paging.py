"""Pages of a list, newest first: a cursor holds the last row's place, so that new rows shift nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import Field
from sqlalchemy import and_, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import Select

from web.api.errors import MalformedError
from web.api.model import Asked

DEFAULT_LIMIT = 50
MAX_LIMIT = 500
MAX_CURSOR = 1000  # a name's first letters, each escaped, in base 64
MAX_PLACE = 2**53  # more than any database counts, and no more than every one takes
T = TypeVar("T")


class Paged(Asked):
    """The query of every list."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    cursor: Annotated[str, Field(max_length=MAX_CURSOR, description="next_cursor of the page before")] | None = None


class PagedWhole(Asked):
    """The query of a list of this moment: all of it on one page, unless a limit is given."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] | None = None
    cursor: Annotated[str, Field(max_length=MAX_CURSOR, description="next_cursor of the page before")] | None = None


def encode_cursor(*place: float | str) -> str:
    """The place of a row (its sort values) as an opaque text."""
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """Inverse of encode_cursor. Raises MalformedError when there is no such place."""
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise MalformedError("cursor: not one of this list's") from None
    fits = isinstance(place, list) and len(place) == len(kinds)
    if not fits or not all(type(value) is kind for value, kind in zip(place, kinds, strict=True)):
        raise MalformedError("cursor: not one of this list's")
    if any(isinstance(value, int) and not 0 <= value < MAX_PLACE for value in place):
        raise MalformedError("cursor: not one of this list's")
    if any(isinstance(value, str) and not _storable(value) for value in place):
        raise MalformedError("cursor: not one of this list's")
    return list(place)


def _storable(text: str) -> bool:
    """Whether a database takes it: neither NUL nor half a character."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


async def page_by_id(session: AsyncSession, query: Select[Any], id_: Any, asked: Paged) -> tuple[list[Any], str | None]:
    """One page of ``query`` ordered by a time-ordered id (UUIDv7), newest first, and the cursor of the next."""
    if asked.cursor is not None:
        (last,) = decode_cursor(asked.cursor, (str,))
        query = query.where(id_ < last)
    rows = list((await session.execute(query.order_by(id_.desc()).limit(asked.limit + 1))).all())
    more = len(rows) > asked.limit
    rows = rows[: asked.limit]
    return rows, encode_cursor(rows[-1][0].id) if more else None


async def page_by_time(
    session: AsyncSession, query: Select[Any], at: Any, id_: Any, asked: Paged
) -> tuple[list[Any], str | None]:
    """One page of ``query`` ordered by a time and an id, newest first, and the cursor of the next."""
    if asked.cursor is not None:
        last_at, last_id = decode_cursor(asked.cursor, (float, str))
        query = query.where(or_(at < last_at, and_(at == last_at, id_ < last_id)))
    rows = list((await session.execute(query.order_by(at.desc(), id_.desc()).limit(asked.limit + 1))).all())
    more = len(rows) > asked.limit
    rows = rows[: asked.limit]
    return rows, encode_cursor(float(getattr(rows[-1][0], at.key)), rows[-1][0].id) if more else None


def page_of(items: Sequence[T], key: Callable[[T], str], asked: PagedWhole) -> tuple[list[T], str | None]:
    """One page of ``items`` in their own order, and the cursor of the next; each has a ``key`` of its own.

    The cursor holds the last item's key and place: the place counts only if that item is gone by then.
    Raises MalformedError for a cursor of another list.
    """
    start = 0
    if asked.cursor is not None:
        last, place = decode_cursor(asked.cursor, (str, int))
        start = next((index + 1 for index, item in enumerate(items) if key(item) == last), max(0, place))
    end = len(items) if asked.limit is None else start + asked.limit
    page = list(items[start:end])
    return page, encode_cursor(key(page[-1]), end) if page and end < len(items) else None
