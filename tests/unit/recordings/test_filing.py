"""From spools to files: at the end of a call, after a crash, and when somebody deletes one."""

from __future__ import annotations

import asyncio
import struct
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from config.loading import DEMO_COMPANY, load_company_file
from config.secrets import demo_secrets
from config.settings import Settings
from pbx.events import RecordingFinished, RecordingPaused, RecordingResumed, RecordingStarted, VoicemailRecorded
from recordings.archive import Archive, delete_recording, delete_voicemail
from recordings.audio import convert
from recordings.catalogue import (
    Catalogue,
    forget_deleted,
    mark_read,
    page_of_voicemails,
    recording,
    voicemail,
)
from recordings.errors import AudioUnavailableError
from recordings.filing import Filing
from recordings.recovery import ORPHAN_S, QUIET_S, adopt_orphans, finish_interrupted
from recordings.tables import Voicemail
from store import event_log
from store.engine import Database
from store.first_load import first_load
from store.retention import DAY_S, Retention
from store.secret_key import SecretKey
from tests.unit.recordings.events import document

AT = 1_766_000_000.0  # 2025-12-17 in UTC


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive(Settings(data_dir=tmp_path))
    archive.spool_dir.mkdir()
    return archive


@pytest.fixture
def filing(database: Database, archive: Archive) -> Filing:
    return Filing(database, archive, clock=lambda: AT)


async def apply(database: Database, *events: dict[str, Any]) -> None:
    async with database.transaction() as session:
        for event in events:
            await Catalogue().apply(session, event)


def spool(archive: Archive, name: str, frames: int, channels: int = 2) -> Path:
    file = archive.spool_dir / name
    left = np.arange(frames, dtype="<i2")
    file.write_bytes(np.stack([left, -left][:channels], axis=1).tobytes())
    return file


async def test_a_finished_spool_becomes_a_playable_stereo_file(
    database: Database, archive: Archive, filing: Filing
) -> None:
    raw = spool(archive, "r1.s16", 8000)
    emitted: list[dict[str, Any]] = []
    database.on_emitted = emitted.extend
    await apply(
        database,
        document(RecordingStarted("r1", str(raw)), at=AT),
        document(RecordingFinished("r1", str(raw), 1.0, [[0.2, 0.4]]), at=AT + 1),
    )
    assert await filing.step() == 1
    async with database.session() as session:
        row = await recording(session, "r1")
    assert row is not None
    assert (row.state, row.path, row.duration_s, row.missing) == ("ready", "2025/12/17/r1.wav", 1.0, [[0.2, 0.4]])
    file = archive.wav(row)
    assert row.size == file.stat().st_size == 32_044
    with wave.open(str(file)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 2, 2)
        samples = np.frombuffer(sound.readframes(8000), "<i2").reshape(-1, 2)
    assert np.array_equal(samples[:, 0], np.arange(8000))
    assert np.array_equal(samples[:, 1], -np.arange(8000))
    assert not raw.exists()
    assert [(event["type"], event["recording_id"], event["call_id"]) for event in emitted] == [
        ("recording.ready", "r1", "call-1")
    ]
    assert await filing.step() == 0


async def test_a_crash_between_the_file_and_the_catalogue_is_done_over(
    database: Database, archive: Archive, filing: Filing
) -> None:
    raw = spool(archive, "r1.s16", 80)
    await apply(database, document(RecordingFinished("r1", str(raw), 0.01, []), at=AT))
    target = archive.recordings_dir / "2025/12/17/r1.wav"
    target.parent.mkdir(parents=True)
    target.with_suffix(".wav.part").write_bytes(b"half of it")
    await filing.step()
    assert target.stat().st_size == 44 + 320
    assert [file.name for file in target.parent.iterdir()] == ["r1.wav"]


async def test_the_file_of_last_time_counts_when_the_spool_is_gone(
    database: Database, archive: Archive, filing: Filing
) -> None:
    await apply(database, document(RecordingFinished("r1", str(archive.spool_dir / "gone.s16"), 0.01, []), at=AT))
    target = archive.recordings_dir / "2025/12/17/r1.wav"
    target.parent.mkdir(parents=True)
    target.write_bytes(bytes(44 + 32_000))
    await filing.step()
    async with database.session() as session:
        row = await recording(session, "r1")
    assert row is not None
    assert (row.state, row.duration_s) == ("ready", 1.0)


async def test_a_lost_spool_is_said_and_not_tried_for_ever(
    database: Database, archive: Archive, filing: Filing
) -> None:
    await apply(database, document(RecordingFinished("r1", "gone.s16", 1.0, []), at=AT))
    assert await filing.step() == 1
    assert await filing.step() == 0
    async with database.session() as session:
        row = await recording(session, "r1")
    assert row is not None
    assert row.state == "failed"
    with pytest.raises(AudioUnavailableError):
        archive.wav(row)


async def test_a_frame_cut_in_two_by_a_crash_is_left_out(database: Database, archive: Archive, filing: Filing) -> None:
    raw = spool(archive, "r1.s16", 100)
    with raw.open("ab") as file:
        file.write(b"\x01\x02\x03")
    await apply(database, document(RecordingFinished("r1", str(raw), 0.0, []), at=AT))
    await filing.step()
    content = (archive.recordings_dir / "2025/12/17/r1.wav").read_bytes()
    assert len(content) == 44 + 400
    assert struct.unpack_from("<I", content, 40) == (400,)


async def test_a_killed_call_leaves_a_playable_recording(database: Database, archive: Archive, filing: Filing) -> None:
    raw = spool(archive, "r1.s16", 4000)
    live = spool(archive, "r2.s16", 4000)
    await apply(
        database,
        document(RecordingStarted("r1", str(raw)), call_id="killed", at=AT),
        document(RecordingStarted("r2", str(live)), call_id="live", at=AT),
    )
    written = raw.stat().st_mtime
    assert await finish_interrupted(database, archive, {"live"}, now=written + 1) == 0
    assert await finish_interrupted(database, archive, {"live"}, now=written + QUIET_S + 1) == 1
    await filing.step()
    async with database.session() as session:
        row, other = await recording(session, "r1"), await recording(session, "r2")
    assert row is not None
    assert other is not None
    assert (row.state, row.duration_s) == ("ready", 0.5)
    assert other.state == "recording"
    assert live.exists()


async def test_a_message_that_a_crash_cut_off_is_in_the_companys_box(
    database: Database, archive: Archive, filing: Filing
) -> None:
    company = load_company_file(DEMO_COMPANY)
    await first_load(database, company, demo_secrets(company), key=SecretKey.fresh(), realm="centralita", now=AT)
    orphan = spool(archive, "v1.s16", 16_000, channels=1)
    short = spool(archive, "v2.s16", 4_000, channels=1)
    known = spool(archive, "r1.s16", 16_000)
    await apply(database, document(RecordingStarted("r1", str(known)), at=AT))
    written = orphan.stat().st_mtime
    assert await adopt_orphans(database, archive, now=written + 1) == 0
    assert await adopt_orphans(database, archive, now=written + ORPHAN_S + 1) == 1
    assert await adopt_orphans(database, archive, now=written + ORPHAN_S + 1) == 0
    await filing.step()
    assert (orphan.exists(), short.exists(), known.exists()) == (False, False, True)
    async with database.session() as session:
        (row,) = await page_of_voicemails(session, ["100"], 10)
    assert (row.state, row.duration_s, row.caller_number) == ("ready", 2.0, None)
    await apply(database, document(VoicemailRecorded("v1", "101", "+34600111222", str(orphan), 2.0), at=AT))
    async with database.session() as session:
        (row,) = await page_of_voicemails(session, ["101"], 10)
    assert (row.state, row.caller_number, row.call_id) == ("ready", "+34600111222", "call-1")


async def test_running_it_recovers_files_and_waits(database: Database, archive: Archive) -> None:
    raw = spool(archive, "r1.s16", 8000)
    await apply(database, document(RecordingStarted("r1", str(raw)), call_id="killed", at=AT))
    ready: list[dict[str, Any]] = []
    database.on_emitted = ready.extend

    async def no_calls() -> set[str]:
        return set()

    filing = Filing(
        database, archive, clock=lambda: raw.stat().st_mtime + 60 if raw.exists() else AT, live_calls=no_calls
    )
    task = asyncio.create_task(filing.run())
    while not ready:
        await asyncio.sleep(0)
    filing.stop()
    await task
    assert [event["recording_id"] for event in ready] == ["r1"]


async def test_when_the_exchange_does_not_answer_nothing_is_taken_to_be_interrupted(
    database: Database, archive: Archive
) -> None:
    raw = spool(archive, "r1.s16", 8000)
    await apply(database, document(RecordingStarted("r1", str(raw)), call_id="running", at=AT))
    asked = 0

    async def silence() -> None:
        nonlocal asked
        asked += 1

    filing = Filing(database, archive, clock=lambda: raw.stat().st_mtime + 60, live_calls=silence)
    task = asyncio.create_task(filing.run())
    while not asked:
        await asyncio.sleep(0)
    filing.stop()
    await task
    async with database.session() as session:
        row = await recording(session, "r1")
    assert row is not None
    assert row.state == "recording"


async def test_events_applied_twice_change_nothing_and_pauses_are_spans(database: Database) -> None:
    events = [
        document(RecordingStarted("r1", "r1.s16"), at=AT),
        document(RecordingPaused("r1", "ana"), at=AT + 2),
        document(RecordingResumed("r1", "ana"), at=AT + 5),
        document(RecordingFinished("r1", "r1.s16", 9.0, []), at=AT + 9),
    ]
    await apply(database, *events, *events)
    async with database.session() as session:
        row = await recording(session, "r1")
    assert row is not None
    assert row.pauses == [{"from": AT + 2, "to": AT + 5, "by": "ana"}]
    assert row.state == "finishing"


async def test_a_deleted_recording_leaves_no_sound_behind(database: Database, archive: Archive, filing: Filing) -> None:
    raw = spool(archive, "r1.s16", 8000)
    await apply(database, document(RecordingFinished("r1", str(raw), 1.0, []), at=AT))
    await filing.step()
    wav = archive.recordings_dir / "2025/12/17/r1.wav"
    assert convert(str(wav), str(wav.with_suffix(".ogg"))) == ""
    assert await delete_recording(database, archive, "r1", by="admin", now=AT)
    assert not await delete_recording(database, archive, "r1", by="admin", now=AT)
    assert list(wav.parent.iterdir()) == []
    async with database.session() as session:
        assert await recording(session, "r1") is None


async def test_a_recording_deleted_before_it_was_filed_is_not_filed(
    database: Database, archive: Archive, filing: Filing
) -> None:
    raw = spool(archive, "r1.s16", 8000)
    await apply(database, document(RecordingFinished("r1", str(raw), 1.0, []), at=AT))
    await delete_recording(database, archive, "r1", by="admin", now=AT)
    assert await filing.step() == 0
    assert not raw.exists()


async def test_a_message_becomes_a_mono_file_that_can_be_read_and_deleted(
    database: Database, archive: Archive, filing: Filing
) -> None:
    raw = spool(archive, "v1.s16", 16_000, channels=1)
    emitted: list[dict[str, Any]] = []
    database.on_emitted = emitted.extend
    await apply(database, document(VoicemailRecorded("v1", "100", "+34600111222", str(raw), 2.0), at=AT))
    await filing.step()
    async with database.transaction() as session:
        (row,) = await page_of_voicemails(session, ["100"], 10)
        assert await mark_read(session, "v1", True, AT + 60)
        assert not await mark_read(session, "v2", True, AT + 60)
    with wave.open(str(archive.wav(row))) as sound:
        assert (sound.getnchannels(), sound.getnframes()) == (1, 16_000)
    assert emitted[0]["type"] == "voicemail.ready"
    assert (row.path, row.is_read) == ("100/v1.wav", True)
    assert await delete_voicemail(database, archive, "v1", by="ana", now=AT)
    # Told again, as a rebuild does, nothing of it comes back; and once no event can tell it, nothing at all is left.
    await apply(database, document(VoicemailRecorded("v1", "100", "+34600111222", str(raw), 2.0), at=AT))
    async with database.session() as session:
        assert await voicemail(session, "v1") is None
        left = await session.get(Voicemail, "v1")
        assert left is not None
        assert (left.caller_number, left.path, left.spool) == (None, None, "")
    retention = Retention(database, 400, lambda: AT + 401 * DAY_S, also=(forget_deleted,))
    await retention.forget()
    async with database.session() as session:
        assert await session.get(Voicemail, "v1") is None
        assert [event["type"] for event in await event_log.of_call(session, "call-1")] == ["voicemail.ready"]


async def test_messages_are_paged_newest_first_and_by_box(database: Database) -> None:
    for number in range(5):
        event = VoicemailRecorded(f"v{number}", "101" if number == 3 else "100", None, f"v{number}.s16", 2.0)
        await apply(database, document(event, at=AT + number // 2))
    async with database.session() as session:
        first = await page_of_voicemails(session, ["100"], 2)
        assert [row.id for row in first] == ["v4", "v2"]
        rest = await page_of_voicemails(session, ["100"], 9, (first[-1].received_at, first[-1].id))
        assert [row.id for row in rest] == ["v1", "v0"]
        assert len(await page_of_voicemails(session, None, 9)) == 5
