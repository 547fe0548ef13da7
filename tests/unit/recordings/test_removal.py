"""A message that is removed while its file is being made: it comes back to be filed, or goes with its spool."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import Settings
from pbx.events import VoicemailRecorded
from recordings.archive import Archive
from recordings.catalogue import Catalogue
from recordings.filing import Filing, _Written
from recordings.removal import RESTORE_S, RemovedErasure, remove_voicemail, restore_voicemail
from recordings.tables import FINISHING, READY, Voicemail
from store.engine import Database
from tests.unit.recordings.events import document

AT = 1_766_000_000.0


class Interrupted(Filing):
    """Somebody removes the message after its file was written and before that is said."""

    async def _record(self, written: list[_Written]) -> list[Path]:
        if any(one.item.state == FINISHING for one in written):
            await remove_voicemail(self._database, self._archive, "v1", by="ana", now=AT)
        return await super()._record(written)


@pytest.fixture
async def archive(database: Database, tmp_path: Path) -> Archive:
    """With one message that was removed while it was filed."""
    archive = Archive(Settings(data_dir=tmp_path))
    archive.spool_dir.mkdir()
    (archive.spool_dir / "v1.s16").write_bytes(bytes(32_000))
    async with database.transaction() as session:
        told = VoicemailRecorded("v1", "100", "+34600111222", "v1.s16", 2.0)
        await Catalogue().apply(session, document(told, at=AT))
    await Interrupted(database, archive, clock=lambda: AT).step()
    assert not (archive.voicemail_dir / "100/v1.wav").exists()
    return archive


async def test_it_comes_back_and_is_told_of_when_it_can_be_heard(database: Database, archive: Archive) -> None:
    emitted: list[str] = []
    database.on_emitted = lambda documents: emitted.extend(one["type"] for one in documents)
    assert await restore_voicemail(database, archive, "v1", AT + RESTORE_S - 1) is not None
    await Filing(database, archive, clock=lambda: AT).step()
    async with database.session() as session:
        row = await session.get(Voicemail, "v1")
    assert row is not None
    assert (row.state, row.path) == (READY, "100/v1.wav")
    assert archive.wav(row).is_file()
    assert emitted == ["voicemail.ready"]


async def test_else_nothing_of_it_is_left(database: Database, archive: Archive) -> None:
    assert await RemovedErasure(database, archive, clock=lambda: AT + RESTORE_S).round() == 1
    assert not [*archive.voicemail_dir.rglob("*.wav"), *archive.spool_dir.iterdir()]
