"""A box as its owner goes through it, by telephone or at the page: both change the same rows."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from pbx.events import VoicemailReady
from pbx.ids import new_id
from recordings.archive import Archive
from recordings.catalogue import mark_read, voicemail
from recordings.tables import DELETED, READY, Voicemail
from store import event_log
from store.engine import Database

MOST_MESSAGES = 100


async def messages_of(session: AsyncSession, archive: Archive, box: str) -> list[dict[str, Any]]:
    """What can be listened to in ``box``: new messages first, each kind newest first."""
    rows = await session.scalars(
        select(Voicemail)
        .where(Voicemail.box == box, Voicemail.state == READY)
        .order_by(Voicemail.is_read, Voicemail.received_at.desc(), Voicemail.id.desc())
        .limit(MOST_MESSAGES)
    )
    return [
        {
            "id": row.id,
            "caller_number": row.caller_number,
            "received_at": row.received_at,
            "duration_s": row.duration_s,
            "is_read": row.is_read,
            "path": str(archive.file(row, row.path)),
        }
        for row in rows
        if row.path is not None
    ]


async def set_read(database: Database, box: str, id_: str, is_read: bool, now: float) -> bool:
    """Mark a message of ``box`` as heard, or as new again; whether there is one."""
    async with database.transaction() as session:
        row = await voicemail(session, id_)
        if row is None or row.box != box:
            return False
        await mark_read(session, id_, is_read, now)
    return True


async def forward(database: Database, archive: Archive, box: str, id_: str, to: str, now: float) -> str | None:
    """Put a copy of a message of ``box`` into box ``to``, as new; the id of the copy, None when there is no message."""
    async with database.session() as session:
        row = await voicemail(session, id_)
    if row is None or row.box != box or row.state != READY or row.path is None:
        return None
    copy = Voicemail(
        id=new_id(),
        box=to,
        call_id=row.call_id,
        caller_number=row.caller_number,
        spool="",
        path=None,
        state=READY,
        received_at=now,
        duration_s=row.duration_s,
        size=row.size,
        is_read=False,
    )
    copy.spool = f"{copy.id}.none"
    copy.path = archive.place(copy)
    await asyncio.to_thread(_copy, archive.file(row, row.path), archive.file(copy, copy.path))
    async with database.transaction() as session:
        session.add(copy)
        body = VoicemailReady(copy.id, to, copy.caller_number, copy.duration_s)
        await event_log.append(session, body.type, copy.call_id, asdict(body), id=new_id(), at=now)
    return str(copy.id)


async def outdated(session: AsyncSession, box: str, before: float, limit: int = 100) -> list[str]:
    """The ids of messages of ``box`` that came before ``before``."""
    query = select(Voicemail.id).where(Voicemail.box == box, Voicemail.state != DELETED, Voicemail.received_at < before)
    return [str(id_) for id_ in await session.scalars(query.limit(limit))]


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(".part")
    shutil.copyfile(source, half)
    half.replace(target)
