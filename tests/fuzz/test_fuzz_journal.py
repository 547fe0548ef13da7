"""Whatever lies in a journal's folder, reading it gives whole events or nothing, and comes to an end."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pbx.journal.errors import FrameError
from pbx.journal.format import MAGIC, encode, parse, segment_path
from pbx.journal.reader import JournalReader
from pbx.journal.writer import _mend

EXAMPLES = 100 * max(1, int(os.environ.get("FUZZ_SECONDS", "1")))
TEXT = st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=20)
DOCUMENTS = st.lists(st.dictionaries(TEXT, TEXT | st.integers(-(2**60), 2**60) | st.none(), max_size=4), max_size=8)
DAMAGE = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6)


def read_all(folder: Path, steps: int = 100) -> list[dict[str, object]]:
    reader, position, found = JournalReader(folder), None, []
    for _ in range(steps):
        documents, behind = reader.read(position, limit=3)
        if not documents and behind == position:
            return found
        found += documents
        position = behind
    raise AssertionError("the reader goes round in circles")


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 50))
def test_any_bytes_are_parsed_or_refused(chunk: bytes, limit: int) -> None:
    try:
        parsed = parse(chunk, 8, limit)
    except FrameError:
        return
    assert 8 <= parsed.offset <= 8 + len(chunk)
    assert len(parsed.documents) == len(parsed.ends) <= limit


@settings(max_examples=EXAMPLES, deadline=None)
@given(DOCUMENTS, DOCUMENTS, DAMAGE, st.integers(0, 400))
def test_damage_costs_events_of_its_own_segment_and_makes_none_up(
    first: list[dict[str, object]], second: list[dict[str, object]], damage: list[tuple[int, int]], cut: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = bytearray(MAGIC + b"".join(map(encode, first)))
        for at, value in damage:
            if at < len(content):
                content[at] = value
        segment_path(folder, 1).write_bytes(content[: len(content) - cut] if cut < len(content) else content)
        segment_path(folder, 2).write_bytes(MAGIC + b"".join(map(encode, second)))
        found = read_all(folder)
        assert found[len(found) - len(second) :] == second
        survivors = iter(first)
        assert all(
            any(document == survivor for survivor in survivors) for document in found[: len(found) - len(second)]
        )


@settings(max_examples=EXAMPLES, deadline=None)
@given(DOCUMENTS, st.binary(max_size=64))
def test_mending_keeps_every_whole_event(documents: list[dict[str, object]], tail: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = segment_path(Path(name), 1)
        file.write_bytes(MAGIC + b"".join(map(encode, documents)) + tail)
        _mend(file)
        assert read_all(Path(name))[: len(documents)] == documents
