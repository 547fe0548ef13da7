"""What a killed supervisor leaves behind is ended by the next start; nobody else is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from centralita.leftovers import children_file, end_leftovers
from config.settings import Settings

SLEEPER = "import signal, sys; print('up', flush=True); signal.pause()"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path / "var")
    children_file(settings).parent.mkdir(parents=True)
    return settings


@pytest.fixture
def process(settings: Settings, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    name, directory = request.param
    environment = os.environ | {"CENTRALITA_DATA_DIR": str(settings.data_dir if directory == "same" else directory)}
    with subprocess.Popen([sys.executable, "-c", SLEEPER, name], env=environment, stdout=subprocess.PIPE) as started:
        assert started.stdout is not None
        started.stdout.readline()
        children_file(settings).write_text(f"{started.pid}\n")
        yield started
        started.kill()


@pytest.mark.parametrize("process", [("centralita.exchange", "same")], indirect=True)
def test_an_exchange_of_the_same_data_directory_is_ended(settings: Settings, process: subprocess.Popen[bytes]) -> None:
    assert end_leftovers(settings) == [process.pid]
    assert process.wait(5) == -15


@pytest.mark.parametrize("process", [("centralita.exchange", "/elsewhere"), ("someone", "same")], indirect=True)
def test_others_that_now_have_the_id_are_left_alone(settings: Settings, process: subprocess.Popen[bytes]) -> None:
    assert end_leftovers(settings) == []
    assert process.poll() is None


def test_nothing_written_down_is_nothing_to_end(settings: Settings) -> None:
    assert end_leftovers(settings) == []
    children_file(settings).write_bytes(b"\xff\xfe nonsense 99999999\n")
    assert end_leftovers(settings) == []
