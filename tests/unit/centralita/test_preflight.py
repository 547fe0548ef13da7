"""What must hold before anything is started."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from centralita.preflight import faults
from config.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "var", sip_port=0, http_port=0)


def test_a_fresh_folder_and_free_ports_are_no_fault(settings: Settings) -> None:
    assert faults(settings) == []
    assert settings.data_dir.is_dir()


@pytest.mark.parametrize(("kind", "name"), [(socket.SOCK_DGRAM, "UDP"), (socket.SOCK_STREAM, "TCP")])
def test_a_sip_port_in_use_is_one_line_that_says_what_to_do(settings: Settings, kind: int, name: str) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        port = taken.getsockname()[1]
        (line,) = [fault for fault in faults(settings.model_copy(update={"sip_port": port})) if name in fault]
    assert f"CENTRALITA_SIP_PORT: {name} port {port}" in line
    assert "\n" not in line
    assert "set CENTRALITA_SIP_PORT" in line


def test_a_data_directory_that_cannot_be_made_is_one_line(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    broken = settings.model_copy(update={"data_dir": tmp_path / "file" / "var"})
    (line,) = faults(broken)
    assert line.startswith("CENTRALITA_DATA_DIR: ")


def test_an_address_that_is_not_this_machines_is_one_line_about_the_address(settings: Settings) -> None:
    (line,) = faults(settings.model_copy(update={"bind": "192.0.2.254"}))
    assert line.startswith("CENTRALITA_BIND: 192.0.2.254")
