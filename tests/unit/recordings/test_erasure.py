"""Recordings whose time is over, and those that somebody wants erased or held."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from config.recordings import RecordingPolicy
from config.settings import Settings
from pbx.events import RecordingStarted
from recordings.archive import Archive, delete_recording
from recordings.catalogue import Catalogue
from recordings.erasure import BATCH, RecordingRetention, erase_recordings
from recordings.tables import DELETED, FINISHING, READY, RECORDING, Recording
from store.engine import Database
from store.retention import DAY_S
from store.tables import AuditEntry
from tests.unit.recordings.events import document

NOW = 1_800_000_000.0


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(Settings(data_dir=tmp_path))


async def keep(database: Database, archive: Archive, id_: str, age_days: float, **about: Any) -> Path:
    """A recording with its file."""
    row = Recording(
        id=id_, call_id="call", spool="", path=f"{id_}.wav", channels=2, started_at=NOW - age_days * DAY_S,
        missing=[], pauses=[], **{"state": READY} | about,
    )  # fmt: skip
    file = archive.file(row, f"{id_}.wav")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"sound")
    file.with_suffix(".ogg").write_bytes(b"sound")
    async with database.transaction() as session:
        session.add(row)
    return file


async def states(database: Database) -> dict[str, str]:
    async with database.session() as session:
        return {row.id: row.state for row in await session.scalars(select(Recording))}


def retention(database: Database, archive: Archive, **policy: Any) -> RecordingRetention:
    wanted = RecordingPolicy.model_validate(policy)
    return RecordingRetention(database, archive, lambda: wanted, clock=lambda: NOW)


async def test_what_is_too_old_goes_with_its_files_and_the_log_says_how_many(
    database: Database, archive: Archive
) -> None:
    old = await keep(database, archive, "old", 31)
    young = await keep(database, archive, "young", 29)
    assert await retention(database, archive).step() == 0
    erasing = retention(database, archive, keep_days=30)
    assert [await erasing.step(), await erasing.step()] == [1, 0]
    assert await states(database) == {"old": DELETED, "young": READY}
    assert not old.exists()
    assert not old.with_suffix(".ogg").exists()
    assert young.exists()
    async with database.session() as session:
        (entry,) = await session.scalars(select(AuditEntry))
    assert (entry.action, entry.kind, entry.name, entry.by) == ("erased", "recording", "retention", None)
    assert entry.detail == {"count": 1}


async def test_a_rule_keeps_for_its_own_time_as_it_says_now_or_said_before_it_went(
    database: Database, archive: Archive
) -> None:
    await keep(database, archive, "short", 10, rule="Short", keep_days=300)
    await keep(database, archive, "long", 100, rule="Long", keep_days=3)
    await keep(database, archive, "plain", 100, rule="Plain", keep_days=None)
    await keep(database, archive, "was_limited", 100, rule="Was", keep_days=3)
    await keep(database, archive, "gone", 10, rule="Gone", keep_days=7)
    await keep(database, archive, "gone_too", 10, rule="Gone too", keep_days=30)
    await keep(database, archive, "unlimited", 1000)
    rules = [{"title": "Short", "keep_days": 7}, {"title": "Long", "keep_days": 365}, {"title": "Plain"}]
    await retention(database, archive, rules=[*rules, {"title": "Was"}]).step()
    erased = {"short", "gone"}
    assert {id_ for id_, state in (await states(database)).items() if state == DELETED} == erased
    await retention(database, archive, rules=[*rules, {"title": "Was"}], keep_days=90).step()
    erased |= {"plain", "was_limited", "unlimited"}
    assert {id_ for id_, state in (await states(database)).items() if state == DELETED} == erased


async def test_what_is_held_or_not_finished_stays(database: Database, archive: Archive) -> None:
    held = await keep(database, archive, "held", 100, held_at=NOW, held_by="admin")
    await keep(database, archive, "live", 100, state=RECORDING)
    await keep(database, archive, "finishing", 100, state=FINISHING)
    assert await retention(database, archive, keep_days=1).step() == 0
    assert await erase_recordings(database, archive, ["held"], by="admin", because="+34600", now=NOW) == 0
    assert not await delete_recording(database, archive, "held", by="admin", now=NOW)
    assert held.exists()


async def test_batches_are_bounded(database: Database, archive: Archive) -> None:
    for number in range(BATCH + 1):
        await keep(database, archive, f"r{number}", 100)
    erasing = retention(database, archive, keep_days=1)
    assert [await erasing.step() for _ in range(3)] == [BATCH, 1, 0]


async def test_a_recording_remembers_the_rule_that_wanted_it(database: Database) -> None:
    started = RecordingStarted("r1", "r1.s16", rule="Ventas", keep_days=30)
    async with database.transaction() as session:
        await Catalogue().apply(session, document(started, at=NOW))
    async with database.session() as session:
        row = await session.get(Recording, "r1")
    assert row is not None
    assert (row.rule, row.keep_days, row.held_at) == ("Ventas", 30, None)
