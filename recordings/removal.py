"""What was removed and can still be brought back: hidden from everybody at once, gone for good RESTORE_S later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from pbx.greeting_files import greeting_file
from recordings.archive import REMOVED_DIR, Archive, delete_voicemail
from recordings.catalogue import voicemail
from recordings.tables import FINISHING, READY, REMOVED, Voicemail
from store.engine import Database
from store.rounds import SteppedRounds

RESTORE_S = 60.0
EVERY_S = 5.0
BATCH = 50
MILLISECONDS = 1000


async def remove_voicemail(database: Database, archive: Archive, id_: str, *, by: str, now: float) -> bool:
    """Hide a message from everybody; whether there was one. RESTORE_S later it is deleted for good."""
    async with database.transaction() as session:
        row = await voicemail(session, id_)
        if row is None:
            return False
        row.state, row.deleted_at, row.deleted_by = REMOVED, now, by
        place, away = archive.file(row, archive.place(row)), archive.removed(row)
    # After the commit: a row that is hidden finds its file at either place.
    await asyncio.to_thread(_move, place, away)
    return True


async def removed_voicemail(database: Database, id_: str, now: float) -> Voicemail | None:
    """A message that can still be brought back."""
    async with database.session() as session:
        row = await session.get(Voicemail, id_)
    return row if _can_come_back(row, now) else None


async def restore_voicemail(database: Database, archive: Archive, id_: str, now: float) -> Voicemail | None:
    """Bring a message back as it was; None when it is too late."""
    async with database.transaction() as session:
        row = await session.get(Voicemail, id_)
        if row is None or not _can_come_back(row, now):
            return None
        await asyncio.to_thread(_move, archive.removed(row), archive.file(row, archive.place(row)))
        row.state = FINISHING if row.path is None else READY
        row.deleted_at = row.deleted_by = None
    return row


def _can_come_back(row: Voicemail | None, now: float) -> bool:
    return row is not None and row.state == REMOVED and (row.deleted_at or 0.0) > now - RESTORE_S


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        source.replace(target)


def remove_greeting(archive: Archive, box: str, now: float) -> bool:
    """Take the recorded greeting of a box away; whether there was one. Blocks."""
    away = archive.voicemail_dir / REMOVED_DIR / f"greeting-{box}-{round(now * MILLISECONDS)}.wav"
    away.parent.mkdir(parents=True, exist_ok=True)
    try:
        greeting_file(archive.voicemail_dir, box).replace(away)
    except FileNotFoundError:
        return False
    return True


def restore_greeting(archive: Archive, box: str, now: float) -> bool:
    """Bring back the greeting that was removed last; whether there is one not too old. Blocks.

    Raises FileExistsError: the box has another one by now.
    """
    kept = max(((at, file) for at, of, file in _removed_greetings(archive) if of == box), default=None)
    if kept is None or kept[0] <= now - RESTORE_S:
        return False
    target = greeting_file(archive.voicemail_dir, box)
    if target.exists():
        raise FileExistsError(target)
    try:
        kept[1].replace(target)
    except FileNotFoundError:
        return False
    return True


def _removed_greetings(archive: Archive) -> Iterator[tuple[float, str, Path]]:
    """When each was removed (epoch seconds), of which box, and its file."""
    for file in (archive.voicemail_dir / REMOVED_DIR).glob("greeting-*-*.wav"):
        _, box, at = file.stem.split("-")
        yield int(at) / MILLISECONDS, box, file


def _drop_greetings(archive: Archive, before: float) -> int:
    """Delete the greetings that were removed before ``before``; how many. Blocks."""
    late = [file for at, _, file in _removed_greetings(archive) if at <= before]
    for file in late:
        file.unlink(missing_ok=True)
    return len(late)


class RemovedErasure(SteppedRounds):
    """Deletes for good, file and all that is known of it, what was removed RESTORE_S ago."""

    waits = "removed_not_deleted"
    pause_s = EVERY_S

    def __init__(self, database: Database, archive: Archive, *, clock: Callable[[], float]) -> None:
        super().__init__()
        self._database = database
        self._archive = archive
        self._clock = clock

    async def step(self) -> int:
        """Delete one batch; how many. Raises OSError, DBAPIError."""
        now = self._clock()
        async with self._database.session() as session:
            late = select(Voicemail.id, Voicemail.deleted_by).where(
                Voicemail.state == REMOVED, Voicemail.deleted_at <= now - RESTORE_S
            )
            found = list(await session.execute(late.limit(BATCH)))
        for id_, by in found:
            await delete_voicemail(self._database, self._archive, id_, by=by, now=now)
        return len(found) + await asyncio.to_thread(_drop_greetings, self._archive, now - RESTORE_S)
