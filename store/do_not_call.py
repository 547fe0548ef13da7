"""The do-not-call list: numbers of people who want no calls from the company's campaigns."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.tables import DoNotCall


async def load_do_not_call(session: AsyncSession) -> frozenset[str]:
    """Every number of the list, in E.164."""
    return frozenset(await session.scalars(select(DoNotCall.number)))


async def page_of_do_not_call(
    session: AsyncSession, limit: int, before: tuple[float, str] | None = None
) -> Sequence[DoNotCall]:
    """The newest first; ``before``: time and number of the last one of the page before."""
    rows = select(DoNotCall).order_by(DoNotCall.created_at.desc(), DoNotCall.number.desc()).limit(limit)
    if before is not None:
        at, number = before
        is_older = or_(DoNotCall.created_at < at, and_(DoNotCall.created_at == at, DoNotCall.number < number))
        rows = rows.where(is_older)
    return (await session.scalars(rows)).all()


async def add_do_not_call(session: AsyncSession, number: str, note: str, *, by: str | None, now: float) -> DoNotCall:
    """Put a number (E.164) on the list, within a ``transaction``; one that is there gets the new note."""
    row = await session.get(DoNotCall, number)
    if row is None:
        row = DoNotCall(number=number, note=note, created_at=now, created_by=by)
        session.add(row)
    row.note = note
    await session.flush()
    return row


async def remove_do_not_call(session: AsyncSession, number: str) -> bool:
    """Take a number off the list, within a ``transaction``; False: it was not there."""
    gone = await session.scalars(delete(DoNotCall).where(DoNotCall.number == number).returning(DoNotCall.number))
    return gone.first() is not None
