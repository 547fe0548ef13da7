"""One server per data directory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from centralita.ownership import owning, pid_file, running_pid
from config.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "var")


def test_who_serves_a_data_directory_is_known_while_it_does(settings: Settings) -> None:
    assert running_pid(settings) is None
    with owning(settings):
        assert running_pid(settings) == os.getpid()
    assert running_pid(settings) is None


def test_a_second_server_is_refused_and_changes_nothing(settings: Settings) -> None:
    with owning(settings):
        with pytest.raises(BlockingIOError), owning(settings):
            pass
        assert running_pid(settings) == os.getpid()


def test_an_id_that_a_dead_server_left_is_nobodys(settings: Settings) -> None:
    pid_file(settings).parent.mkdir(parents=True)
    pid_file(settings).write_text(f"{os.getpid()} and more", encoding="ascii")
    assert running_pid(settings) is None
    with owning(settings):
        assert running_pid(settings) == os.getpid()
