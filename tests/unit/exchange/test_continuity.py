"""The files of live calls: one call's fault, or the disk's, costs no other call its file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pbx.calls.call import Call
from pbx.exchange import continuity
from pbx.exchange.continuity import Continuity


def call(id_: str) -> Call:
    return cast(Call, SimpleNamespace(id=id_))


@pytest.fixture
def described(monkeypatch: pytest.MonkeyPatch) -> None:
    def describe(one: Call) -> dict[str, Any]:
        if one.id == "odd":
            raise KeyError("party")
        return {"id": one.id}

    monkeypatch.setattr(continuity, "describe", describe)
    monkeypatch.setattr(continuity, "AGAIN_S", 0.0)


async def until(state: Callable[[], bool]) -> None:
    """Another thread writes."""
    async with asyncio.timeout(30):
        while not state():
            await asyncio.sleep(0.005)


async def test_a_call_that_cannot_be_described_costs_the_others_nothing(tmp_path: Path, described: None) -> None:
    kept = Continuity(tmp_path / "calls", pytest.fail)
    assert await kept.begin() == []
    for id_ in ("odd", "first"):
        kept.changed(call(id_))
    await until((tmp_path / "calls" / "first.json").exists)
    kept.changed(call("second"))
    await kept.close()
    assert sorted(path.stem for path in (tmp_path / "calls").iterdir()) == ["first", "second"]
    assert json.loads((tmp_path / "calls" / "second.json").read_text()) == {"id": "second"}


async def test_what_a_disk_has_not_taken_is_written_once_it_does(tmp_path: Path, described: None) -> None:
    faults: list[str] = []
    folder = tmp_path / "calls"
    kept = Continuity(folder, faults.append)
    await kept.begin()
    folder.rmdir()
    folder.write_text("in the way")
    kept.changed(call("first"))
    await until(lambda: bool(faults))
    folder.unlink()
    folder.mkdir()
    await until((folder / "first.json").exists)
    await kept.close()
    assert len(faults) == 1
    assert [path.name for path in folder.iterdir()] == ["first.json"]


def left_by_another(folder: Path, *ids: str) -> None:
    folder.mkdir()
    for id_ in ids:
        (folder / f"{id_}.json").write_text(json.dumps({"id": id_}))


async def test_calls_survive_an_exchange_that_dies_while_it_takes_them_over_once(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    left_by_another(folder, "first", "second")
    for _ in range(2):
        left = await Continuity(folder, pytest.fail).begin()  # and dies of it
        assert [told["id"] for told in left] == ["first", "second"]
    assert await Continuity(folder, pytest.fail).begin() == []


async def test_what_was_taken_over_is_kept_in_its_new_form_and_what_was_not_is_gone(
    tmp_path: Path, described: None
) -> None:
    folder = tmp_path / "calls"
    left_by_another(folder, "goes_on", "over")
    kept = Continuity(folder, pytest.fail)
    await kept.begin()
    await kept.not_going_on(["over", "never_heard_of"])
    kept.changed(call("goes_on"))
    await kept.close()
    assert [path.name for path in folder.iterdir()] == ["goes_on.json"]


async def test_files_that_are_no_calls_are_cleared_away(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    left_by_another(folder, "good")
    for name, text in (("cut.json", '{"id": '), ("list.json", "[]"), ("half.new", "{}"), ("bytes.json", "\udcff")):
        (folder / name).write_text(text, errors="surrogateescape")
    assert [told["id"] for told in await Continuity(folder, pytest.fail).begin()] == ["good"]
    assert [path.name for path in folder.iterdir()] == ["good.taken"]
