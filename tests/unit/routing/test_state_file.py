"""A document on disk that follows what is in memory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pbx.routing.errors import StateFileError
from pbx.routing.state_file import StateFile, _pieces


async def test_the_newest_document_is_on_disk_after_close(tmp_path: Path) -> None:
    state = {"n": 0}
    file = StateFile(tmp_path / "deep" / "state.json", lambda: dict(state).copy)
    for n in range(100):
        state["n"] = n
        file.changed()
    await file.close()
    assert StateFile(tmp_path / "deep" / "state.json", dict).load() == {"n": 99}


async def test_nothing_is_written_without_a_change(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.json", dict)
    await file.close()
    assert file.load() is None


async def test_a_disk_that_does_not_take_it_is_told_and_the_next_change_tries_again(tmp_path: Path) -> None:
    faults: list[str] = []
    (tmp_path / "in-the-way").write_text("")
    file = StateFile(tmp_path / "in-the-way" / "state.json", lambda: {"a": 1}.copy, faults.append, gather_s=0.0)
    file.changed()
    await file.close()
    assert "cannot be written" in faults[0]
    (tmp_path / "in-the-way").unlink()
    file.changed()
    await file.close()
    assert json.loads((tmp_path / "in-the-way" / "state.json").read_text()) == {"a": 1}


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe"])
def test_a_broken_file_is_put_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "state.json").write_bytes(content)
    assert StateFile(tmp_path / "state.json", dict).load() is None
    assert (tmp_path / "state.json.broken").read_bytes() == content


def test_a_file_that_cannot_be_read_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "state.json").mkdir()
    with pytest.raises(StateFileError, match=r"state\.json: cannot be read"):
        StateFile(tmp_path / "state.json", dict).load()


@pytest.mark.parametrize(
    "document",
    [{}, [], None, {"version": 1, "bindings": []}, {"a": [1, {"b": 'ñ\n"'}, [2]], "c": {"d": [3]}, "e": None}],
)
def test_what_is_written_piece_by_piece_is_the_document(document) -> None:
    assert json.loads("".join(_pieces(document))) == document
