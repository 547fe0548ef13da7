"""Where recordings and messages end up on the disk, and how they are read and deleted there."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from config.settings import Settings
from recordings.errors import AudioUnavailableError
from recordings.tables import DELETED, READY, Recording, Voicemail
from store.audit import note
from store.engine import Database

Item = Recording | Voicemail
OGG = ".ogg"
REMOVED_DIR = "removed"


class Archive:
    """The folders of finished sound files: ``recordings/YYYY/MM/DD/ID.wav`` (UTC) and ``voicemail/BOX/ID.wav``.

    What was removed and can still be brought back is in ``voicemail/removed``.
    """

    def __init__(self, settings: Settings) -> None:
        self.recordings_dir = settings.recordings_dir.resolve()
        self.voicemail_dir = settings.voicemail_dir.resolve()
        self.spool_dir = settings.spool_dir.resolve()

    def place(self, item: Item) -> str:
        """Where the file of ``item`` belongs, relative to its folder."""
        if isinstance(item, Voicemail):
            return f"{item.box}/{item.id}.wav"
        return f"{datetime.fromtimestamp(item.started_at, UTC):%Y/%m/%d}/{item.id}.wav"

    def file(self, item: Item, path: str) -> Path:
        """The absolute path of ``path`` in the folder that ``item`` belongs to."""
        folder = self.voicemail_dir if isinstance(item, Voicemail) else self.recordings_dir
        return folder / path

    def wav(self, item: Item) -> Path:
        """The sound file of a ready item. Raises AudioUnavailableError."""
        if item.state != READY or item.path is None:
            raise AudioUnavailableError(f"the sound of {item.id} is {item.state}")
        return self.file(item, item.path)

    def spool(self, item: Item) -> Path:
        """The spool of an item: an absolute path, or one inside the spool folder."""
        return self.spool_dir / item.spool

    def removed(self, message: Voicemail) -> Path:
        """Where the sound of a removed message waits for being brought back or deleted."""
        return self.voicemail_dir / REMOVED_DIR / f"{message.id}.wav"

    def files(self, item: Item) -> list[Path]:
        """Every file that there may be of an item."""
        found = [self.spool(item)] if item.spool else []
        if item.path is not None:
            file = self.file(item, item.path)
            found += [file, file.with_suffix(OGG)]
        return [*found, self.removed(item)] if isinstance(item, Voicemail) else found


async def delete_recording(database: Database, archive: Archive, recording_id: str, *, by: str, now: float) -> bool:
    """Delete a recording for good: its files, and from the catalogue; whether there was one."""
    return await _delete(database, archive, recording_id, by, now, is_message=False)


async def delete_voicemail(
    database: Database, archive: Archive, voicemail_id: str, *, by: str | None, now: float
) -> bool:
    """Delete a message for good; whether there was one."""
    return await _delete(database, archive, voicemail_id, by, now, is_message=True)


async def _delete(
    database: Database, archive: Archive, id_: str, by: str | None, now: float, *, is_message: bool
) -> bool:
    async with database.transaction() as session:
        item: Item | None = await session.get(Voicemail if is_message else Recording, id_)
        if item is None or item.state == DELETED:
            return False
        files = archive.files(item)
        if isinstance(item, Recording):
            if item.held_at is not None:
                return False
            note(session, "deleted", "recording", id_, by=by, now=now)
        item.state, item.deleted_at, item.deleted_by = DELETED, now, by
        item.spool, item.path = "", None
        if isinstance(item, Voicemail):
            item.caller_number = item.transcript = None
    # After the commit: a row without its file is harmless, a file that nobody knows of would be kept for ever.
    await asyncio.to_thread(_unlink, files)
    return True


def _unlink(files: list[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
