"""Which recordings still exist: what refers to one that has been deleted shows null."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from recordings.tables import DELETED, Recording


async def without_deleted(session: AsyncSession, documents: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The documents, ``recording_id`` null where that recording has been deleted."""
    shown = list(documents)
    named = {document["recording_id"] for document in shown} - {None}
    if not named:
        return shown
    kept = set(await session.scalars(select(Recording.id).where(Recording.id.in_(named), Recording.state != DELETED)))
    return [document if document["recording_id"] in kept else document | {"recording_id": None} for document in shown]
