"""The event log: every event that reached the database, in order, those of the office included."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from store.base import table_of
from store.engine import EMITTED
from store.tables import LoggedEvent

VERSION = 1
MAX_PAGE = 1000
_GATHERED = "gathered"
_APPEND_LOCK = 0x45564C47  # any number: PostgreSQL writers of the log take turns under it

_TABLE = table_of(LoggedEvent)
_INSERT = {
    name: build(_TABLE).on_conflict_do_nothing(index_elements=["id"]).returning(_TABLE.c.id)
    for name, build in (("sqlite", sqlite_insert), ("postgresql", postgresql_insert))
}


def seconds(at: str) -> float:
    """An event's ``at`` (RFC 3339) as seconds since the epoch."""
    return datetime.fromisoformat(at).timestamp()


def rfc3339(at: float) -> str:
    """Seconds since the epoch as an event shows them: RFC 3339, UTC, milliseconds."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def append(
    session: AsyncSession,
    type: str,  # noqa: A002 - the event's own word
    call_id: str | None,
    body: dict[str, Any],
    *,
    id: str,  # noqa: A002
    at: float,
) -> dict[str, Any]:
    """Log an event of the office, within a ``transaction``; returns its document.

    After the commit ``Database.on_emitted`` hears of it. An id that is logged already is not logged again.
    """
    document = {"id": id, "type": type, "at": rfc3339(at), "call_id": call_id, "v": VERSION, **body}
    gathered = session.info.get(_GATHERED)
    if gathered is not None:
        gathered.append(document)
    elif await insert(session, [document]):
        session.info.setdefault(EMITTED, []).append(document)
    return document


def gather(session: AsyncSession) -> None:
    """From now on ``append`` only collects, until ``log_gathered`` logs what has been appended, in one statement."""
    session.info[_GATHERED] = []


async def log_gathered(session: AsyncSession) -> None:
    """Log what was appended since ``gather``."""
    documents = session.info.pop(_GATHERED)
    new = await insert(session, documents)
    session.info.setdefault(EMITTED, []).extend(document for document in documents if document["id"] in new)


async def insert(session: AsyncSession, documents: Sequence[dict[str, Any]]) -> set[str]:
    """Log event documents; returns the ids that were not logged before.

    The order of ``seq`` is the order of commits: writers take turns, so that a reader who has seen one number never
    misses a lower one.
    """
    if not documents:
        return set()
    await take_turn(session)
    rows = [
        {
            "id": document["id"],
            "type": document["type"],
            "at": seconds(document["at"]),
            "call_id": document["call_id"],
            "body": document,
        }
        for document in documents
    ]
    return set(await session.scalars(_INSERT[session.get_bind().dialect.name], rows))


async def take_turn(session: AsyncSession) -> None:
    """Wait until no other transaction writes the log; on SQLite every writing transaction does so by itself."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _APPEND_LOCK})


async def since(session: AsyncSession, event_id: str, limit: int = MAX_PAGE) -> list[dict[str, Any]] | None:
    """The events after ``event_id``, oldest first; None when that event is not in the log."""
    seq = await session.scalar(select(LoggedEvent.seq).where(LoggedEvent.id == event_id))
    if seq is None:
        return None
    rows = await session.scalars(
        select(LoggedEvent.body).where(LoggedEvent.seq > seq).order_by(LoggedEvent.seq).limit(limit)
    )
    return list(rows)


async def of_call(
    session: AsyncSession, call_id: str, after_seq: int = 0, limit: int = MAX_PAGE
) -> list[dict[str, Any]]:
    """A call's events, oldest first."""
    rows = await session.scalars(
        select(LoggedEvent.body)
        .where(LoggedEvent.call_id == call_id, LoggedEvent.seq > after_seq)
        .order_by(LoggedEvent.seq)
        .limit(limit)
    )
    return list(rows)


async def page(session: AsyncSession, after_seq: int = 0, limit: int = MAX_PAGE) -> list[tuple[int, dict[str, Any]]]:
    """Events with their ``seq``, in order, from behind ``after_seq`` on."""
    rows = await session.execute(
        select(LoggedEvent.seq, LoggedEvent.body)
        .where(LoggedEvent.seq > after_seq)
        .order_by(LoggedEvent.seq)
        .limit(limit)
    )
    return [(row.seq, row.body) for row in rows]


async def last_seq(session: AsyncSession) -> int:
    """The ``seq`` of the newest event; 0 when there is none."""
    return await session.scalar(select(func.max(LoggedEvent.seq))) or 0


async def newest(session: AsyncSession, type: str, limit: int) -> list[dict[str, Any]]:  # noqa: A002 - as above
    """The last events of a type, newest first."""
    rows = await session.scalars(
        select(LoggedEvent.body).where(LoggedEvent.type == type).order_by(LoggedEvent.seq.desc()).limit(limit)
    )
    return list(rows)
