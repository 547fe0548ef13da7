"""The journal as a crash, a full disk and a following reader see it."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path
from typing import Any

import pytest

from pbx.journal import Journal, JournalReader, JournalUnusableError, Position
from pbx.journal.errors import FrameError, JournalError
from pbx.journal.format import MAGIC, encode, segment_path, segments
from pbx.journal.reader import prune


def numbered(first: int, count: int) -> list[dict[str, Any]]:
    return [{"id": str(number), "type": "test", "text": "x" * 20} for number in range(first, first + count)]


async def written(folder: Path, documents: list[dict[str, Any]], **options: Any) -> None:
    journal = Journal(folder, **options)
    await journal.start()
    for document in documents:
        journal.append(document)
        if "segment_bytes" in options:
            await journal.flush()
    await journal.close()


def read_all(folder: Path, position: Position | None = None) -> list[dict[str, Any]]:
    reader, found = JournalReader(folder), []
    while True:
        documents, position = reader.read(position, limit=7)
        if not documents:
            return found
        found += documents


async def test_what_was_appended_is_read_back_in_order(tmp_path: Path) -> None:
    await written(tmp_path, numbered(0, 100))
    assert read_all(tmp_path) == numbered(0, 100)


async def test_flush_returns_when_the_events_are_on_disk(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    await journal.start()
    journal.append({"id": "a"})
    await journal.flush()
    assert read_all(tmp_path) == [{"id": "a"}]
    await journal.close()


async def test_committed_position_is_where_the_next_read_starts(tmp_path: Path) -> None:
    positions: list[Position] = []
    journal = Journal(tmp_path, on_committed=positions.append)
    await journal.start()
    for number, name in enumerate("ab", start=1):
        journal.append({"id": name})
        await journal.flush()
        async with asyncio.timeout(30):
            while len(positions) < number:
                await asyncio.sleep(0.001)
    assert JournalReader(tmp_path).read(positions[0]) == ([{"id": "b"}], positions[1])
    assert JournalReader(tmp_path).newest() == positions[1]
    await journal.close()


async def test_a_reader_follows_into_new_segments(tmp_path: Path) -> None:
    await written(tmp_path, numbered(0, 20), segment_bytes=150)
    assert len(segments(tmp_path)) > 5
    assert read_all(tmp_path) == numbered(0, 20)


async def test_a_reader_at_the_end_sees_what_comes_later(tmp_path: Path) -> None:
    await written(tmp_path, numbered(0, 3))
    reader = JournalReader(tmp_path)
    _, position = reader.read(None)
    assert reader.read(position) == ([], position)
    await written(tmp_path, numbered(3, 3))
    documents, _ = reader.read(position)
    assert documents == numbered(3, 3)


async def test_without_a_journal_there_is_nothing_to_read(tmp_path: Path) -> None:
    assert JournalReader(tmp_path / "none").read(None) == ([], None)


@pytest.mark.parametrize("cut", range(1, 40))
async def test_a_torn_tail_is_cut_off_at_the_start_wherever_it_was_torn(tmp_path: Path, cut: int) -> None:
    await written(tmp_path, numbered(0, 3))
    file = segment_path(tmp_path, segments(tmp_path)[-1])
    os.truncate(file, file.stat().st_size - cut)
    alarms: list[str] = []
    journal = Journal(tmp_path, on_alarm=lambda what, _: alarms.append(what))
    await journal.start()
    journal.append({"id": "later"})
    await journal.close()
    await asyncio.sleep(0)
    assert read_all(tmp_path) == [*numbered(0, 2), {"id": "later"}]
    whole = len(encode(numbered(0, 1)[0]))
    assert alarms == (["journal_damaged"] if cut != whole else [])


async def test_zeros_after_a_power_cut_are_cut_off(tmp_path: Path) -> None:
    await written(tmp_path, numbered(0, 2))
    file = segment_path(tmp_path, segments(tmp_path)[-1])
    with file.open("ab") as stream:
        stream.write(bytes(4096))
    await written(tmp_path, numbered(2, 1))
    assert read_all(tmp_path) == numbered(0, 3)
    assert file.with_suffix(".torn").read_bytes() == bytes(4096)


async def test_a_flipped_bit_costs_one_event_and_is_counted(tmp_path: Path) -> None:
    await written(tmp_path, numbered(0, 3))
    file = segment_path(tmp_path, segments(tmp_path)[-1])
    content = bytearray(file.read_bytes())
    frame = len(encode(numbered(0, 1)[0]))
    content[len(MAGIC) + frame + 12] ^= 1
    file.write_bytes(content)
    reader = JournalReader(tmp_path)
    assert reader.read(None)[0] == [numbered(0, 1)[0], numbered(2, 1)[0]]
    assert reader.damaged == 1


async def test_a_damaged_length_costs_the_rest_of_its_segment_only(tmp_path: Path) -> None:
    await written(tmp_path, numbered(0, 3))
    file = segment_path(tmp_path, segments(tmp_path)[-1])
    content = bytearray(file.read_bytes())
    content[len(MAGIC) + len(encode(numbered(0, 1)[0]))] = 0xFF
    file.write_bytes(content)
    segment_path(tmp_path, segments(tmp_path)[-1] + 5).write_bytes(MAGIC + encode({"id": "next"}))
    assert read_all(tmp_path) == [numbered(0, 1)[0], {"id": "next"}]


async def test_a_wiped_journal_is_read_from_its_new_beginning(tmp_path: Path) -> None:
    segment_path(tmp_path, 3).write_bytes(MAGIC + encode({"id": "new"}))
    assert JournalReader(tmp_path).read(Position(900, 12345))[0] == [{"id": "new"}]


async def test_a_full_disk_raises_one_alarm_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alarms: list[str] = []
    journal = Journal(tmp_path, on_alarm=lambda what, _: alarms.append(what), retry_s=0.005)
    await journal.start()
    real, failing = os.fsync, 3

    def fsync(descriptor: int) -> None:
        nonlocal failing
        if failing:
            failing -= 1
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    for document in numbered(0, 5):
        journal.append(document)
    await journal.flush()
    await journal.close()
    await asyncio.sleep(0)
    assert alarms == ["journal_stalled", "journal_recovered"]
    assert journal.lost == 0
    ids = [document["id"] for document in read_all(tmp_path)]
    assert sorted(set(ids)) == ["0", "1", "2", "3", "4"]


async def test_memory_is_bounded_while_the_disk_takes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alarms: list[str] = []
    frame = len(encode(numbered(0, 1)[0]))
    journal = Journal(
        tmp_path, on_alarm=lambda what, _: alarms.append(what), max_pending_bytes=3 * frame, retry_s=0.005
    )
    await journal.start()

    def fsync(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        for document in numbered(0, 9):
            journal.append(document)
        assert journal.lost == 6
    await journal.flush()
    await journal.close()
    await asyncio.sleep(0)
    assert alarms.count("journal_overflow") == 1
    assert [document["id"] for document in read_all(tmp_path)][-3:] == ["0", "1", "2"]


async def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("a file stands in the way")
    with pytest.raises(JournalUnusableError, match=r"journal .* cannot be written: "):
        await Journal(tmp_path / "journal").start()


async def test_octets_that_are_no_text_cost_no_event(tmp_path: Path) -> None:
    name = b"Jos\xe9".decode("utf-8", "surrogateescape")
    await written(tmp_path, [{"id": "a", "caller_name": name}])
    assert read_all(tmp_path) == [{"id": "a", "caller_name": "Jos?"}]


async def test_only_documents_of_json_types_are_taken(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    await journal.start()
    with pytest.raises(FrameError):
        journal.append({"id": object()})
    with pytest.raises(FrameError):
        journal.append({"id": "x" * (5 << 20)})
    await journal.close()
    with pytest.raises(JournalError):
        journal.append({"id": "after the end"})


async def test_segments_that_were_applied_are_pruned_but_a_few_stay(tmp_path: Path) -> None:
    await written(tmp_path, numbered(0, 10), segment_bytes=10)
    numbers = segments(tmp_path)
    assert prune(tmp_path, (numbers[6], 8), keep=2) == 4
    assert segments(tmp_path) == numbers[4:]
    assert prune(tmp_path, (numbers[6], 8), keep=2) == 0
