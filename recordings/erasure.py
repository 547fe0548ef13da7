"""Erases what is not to be kept any longer: by the company's policy in the background, and whenever somebody asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.recordings import RecordingPolicy
from recordings.archive import Archive, Item
from recordings.tables import DELETED, FAILED, READY, Recording, Voicemail
from store.audit import Kind, note
from store.engine import Database
from store.rounds import SteppedRounds

BATCH = 50  # in one transaction, for which other writers of SQLite wait
PAUSE_S = 0.2
EVERY_S = 600.0
DAY_S = 86_400.0
KEPT = (READY, FAILED)

log = structlog.get_logger("recordings")


async def erase_recordings(
    database: Database, archive: Archive, ids: Sequence[str], *, by: str | None, because: str, now: float
) -> int:
    """Erase recordings for good, their files and what is known of them; how many. Those that are held stay.

    At most BATCH at once. ``because`` stands in the audit log beside the number of them.
    """
    async with database.transaction() as session:
        rows = await session.scalars(
            select(Recording).where(
                Recording.id.in_(ids[:BATCH]), Recording.state != DELETED, Recording.held_at.is_(None)
            )
        )
        return await _erase(session, archive, list(rows), "recording", by, because, now)


async def erase_voicemails(
    database: Database, archive: Archive, ids: Sequence[str], *, by: str | None, because: str, now: float
) -> int:
    """Erase messages for good, with their transcripts; how many. At most BATCH at once."""
    async with database.transaction() as session:
        rows = await session.scalars(select(Voicemail).where(Voicemail.id.in_(ids[:BATCH]), Voicemail.state != DELETED))
        return await _erase(session, archive, list(rows), "voicemail", by, because, now)


async def _erase(
    session: AsyncSession, archive: Archive, rows: Sequence[Item], kind: Kind, by: str | None, because: str, now: float
) -> int:
    if not rows:
        return 0
    files: list[Path] = []
    for row in rows:
        files += archive.files(row)
        row.state, row.deleted_at, row.deleted_by = DELETED, now, by
        row.spool, row.path = "", None
        if isinstance(row, Voicemail):
            row.caller_number = row.transcript = None
    # Before the commit: a file that nobody knows of would be kept for ever, a row whose file is gone is erased again.
    await asyncio.to_thread(_unlink, files)
    note(session, "erased", kind, because, by=by, now=now, detail={"count": len(rows)})
    return len(rows)


def _unlink(files: Sequence[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def outdated(policy: RecordingPolicy, now: float) -> Any:
    """The condition of recordings whose time is over; None where everything is kept.

    A rule that is there decides about what it has wanted, as it stands now; of one that is gone, what it said then.
    """
    titles = [rule.title for rule in policy.rules]
    of_their_own = [rule.title for rule in policy.rules if rule.keep_days is not None]
    ways = [
        and_(Recording.rule == rule.title, Recording.started_at < now - rule.keep_days * DAY_S)
        for rule in policy.rules
        if rule.keep_days is not None
    ]
    ways.append(
        and_(
            Recording.keep_days.is_not(None),
            Recording.rule.not_in(titles),
            Recording.started_at < now - Recording.keep_days * DAY_S,
        )
    )
    if policy.keep_days is not None:
        no_other = and_(
            Recording.rule.not_in(of_their_own), or_(Recording.rule.in_(titles), Recording.keep_days.is_(None))
        )
        ways.append(
            and_(or_(Recording.rule.is_(None), no_other), Recording.started_at < now - policy.keep_days * DAY_S)
        )
    return or_(*ways)


class RecordingRetention(SteppedRounds):
    """Erases recordings whose time is over, a few at a time; ``notify`` when the policy has changed."""

    waits = "recordings_not_erased"
    pause_s = EVERY_S
    between_s = PAUSE_S

    def __init__(
        self,
        database: Database,
        archive: Archive,
        policy: Callable[[], RecordingPolicy],
        *,
        clock: Callable[[], float],
    ) -> None:
        super().__init__()
        self._database = database
        self._archive = archive
        self._policy = policy
        self._clock = clock

    async def step(self) -> int:
        """Erase one batch; how many recordings. Raises OSError, DBAPIError."""
        policy, now = self._policy(), self._clock()
        async with self._database.session() as session:
            ids = list(
                await session.scalars(
                    select(Recording.id)
                    .where(Recording.state.in_(KEPT), Recording.held_at.is_(None), outdated(policy, now))
                    .order_by(Recording.started_at)
                    .limit(BATCH)
                )
            )
        if not ids:
            return 0
        erased = await erase_recordings(self._database, self._archive, ids, by=None, because="retention", now=now)
        log.info("recordings_erased", count=erased, because="retention")
        return erased
