"""How many messages wait in a box: what a telephone's lamp shows."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from recordings.tables import GONE, Voicemail


async def messages_waiting(session: AsyncSession, box: str) -> tuple[int, int]:
    """New and old (read) messages in ``box``."""
    query = (
        select(Voicemail.is_read, func.count())
        .where(Voicemail.box == box, Voicemail.state.not_in(GONE))
        .group_by(Voicemail.is_read)
    )
    counts = {bool(is_read): int(count) for is_read, count in await session.execute(query)}
    return counts.get(False, 0), counts.get(True, 0)
