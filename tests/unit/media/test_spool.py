"""Spools on a disk that hangs: who records never waits for it, and what it had no room for is known."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from pbx.media import spool
from pbx.media.spool import SpoolClosed, Spooler

BLOCK = bytes(range(256)) * 4


def test_a_disk_that_hangs_keeps_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moves = threading.Event()
    write = os.pwrite

    def hang(descriptor: int, block: bytes, offset: int) -> int:
        assert moves.wait(30)
        return write(descriptor, block, offset)

    monkeypatch.setattr(spool, "MAX_BACKLOG", 8 * len(BLOCK))
    monkeypatch.setattr("pbx.media.spool.os.pwrite", hang)
    spooler = Spooler()
    spooler.open("r", str(tmp_path / "r.s16"))
    taken = [spooler.write("r", number * len(BLOCK), BLOCK) for number in range(20)]
    assert 8 <= sum(taken) <= 9  # one may be at the disk already
    assert taken == sorted(taken, reverse=True)
    spooler.close("r", 20 * len(BLOCK))
    assert not spooler.reports
    moves.set()
    spooler.stop()
    (closed,) = spooler.reports
    assert isinstance(closed, SpoolClosed)
    assert closed.length == (tmp_path / "r.s16").stat().st_size == 20 * len(BLOCK)
    sound = (tmp_path / "r.s16").read_bytes()
    assert sound == BLOCK * sum(taken) + bytes((20 - sum(taken)) * len(BLOCK))


def test_one_recording_whose_file_cannot_be_made_costs_no_other(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    spooler = Spooler()
    for name, path in (("bad", tmp_path / "taken" / "r.s16"), ("good", tmp_path / "good.s16")):
        spooler.open(name, str(path))
        for number in range(4):
            assert spooler.write(name, number * len(BLOCK), BLOCK)
        spooler.close(name, 4 * len(BLOCK))
    spooler.stop()
    closed = {each.recording: each for each in spooler.reports if isinstance(each, SpoolClosed)}
    assert closed["bad"].missing == ((0, 4 * len(BLOCK)),)
    assert closed["good"].missing == ()
    assert (tmp_path / "good.s16").read_bytes() == BLOCK * 4
