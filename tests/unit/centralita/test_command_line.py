"""The command line as an operator types it: real processes with a data directory of their own."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from centralita.preparation import prepare
from config.settings import Settings

ROOT = Path(__file__).parents[3]


@pytest.fixture
def centralita(tmp_path: Path):
    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CENTRALITA_")}
        environment |= {"PYTHONPATH": str(ROOT), **settings}
        return subprocess.run(
            [sys.executable, "-m", "centralita", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_init_writes_a_configuration_that_check_accepts_and_leaves_it_alone_the_second_time(
    centralita, tmp_path: Path
) -> None:
    first = centralita("init", "--name", "Zapatería Luna")
    assert first.returncode == 0, first.stderr
    secrets = tmp_path / "var" / "secrets.yaml"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    written = secrets.read_text()
    assert "Zapatería Luna" in (tmp_path / "var" / "company.yaml").read_text()

    checked = centralita("check")
    assert checked.returncode == 0, checked.stderr
    assert "Zapatería Luna" in checked.stdout

    second = centralita("init")
    assert second.returncode == 2
    assert len(second.stderr.splitlines()) == 3
    assert secrets.read_text() == written


def test_two_installations_get_different_secrets(centralita, tmp_path: Path) -> None:
    centralita("init")
    first = (tmp_path / "var" / "secrets.yaml").read_text()
    centralita("init", CENTRALITA_DATA_DIR="other", CENTRALITA_CONFIG="nowhere.toml")
    (tmp_path / "centralita.toml").unlink()
    done = centralita("init", CENTRALITA_DATA_DIR="other")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "other" / "secrets.yaml").read_text() != first


def test_every_fault_of_a_configuration_is_one_line_with_place_and_what_is_allowed(centralita, tmp_path: Path) -> None:
    (tmp_path / "centralita.toml").write_text('CENTRALITA_SIP_PROT = 5060\nCENTRALITA_BIND = "everywhere"\n')
    done = centralita("serve", CENTRALITA_HTTP_PORT="99999")
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert len(lines) == 3
    assert all("Traceback" not in line for line in lines)
    assert any("centralita.toml" in line and "CENTRALITA_SIP_PROT" in line and "allowed" in line for line in lines)
    assert any("CENTRALITA_BIND" in line and "everywhere" in line for line in lines)
    assert any("environment" in line and "CENTRALITA_HTTP_PORT" in line and "99999" in line for line in lines)


def test_a_flow_with_a_fault_is_named_by_file_and_line(centralita, tmp_path: Path) -> None:
    centralita("init")
    flows = tmp_path / "var" / "flows"
    flows.mkdir()
    (flows / "main.yaml").write_text("start: nowhere\nnodes: {}\n")
    done = centralita("check")
    assert done.returncode == 2
    assert "main" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unreachable_database_is_one_clear_line(centralita) -> None:
    done = centralita(
        "serve",
        CENTRALITA_SIP_PORT="0",
        CENTRALITA_HTTP_PORT="0",
        CENTRALITA_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
    )
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert "127.0.0.1" in line
    assert "Traceback" not in line


def test_the_demo_company_is_not_served_to_the_world(centralita) -> None:
    done = centralita("serve", CENTRALITA_BIND="0.0.0.0", CENTRALITA_SIP_PORT="0", CENTRALITA_HTTP_PORT="0")
    assert done.returncode == 2
    assert "loopback" in done.stderr
    assert "centralita init" in done.stderr


def test_before_the_first_start_there_is_nobody_to_list(centralita) -> None:
    done = centralita("user", "list")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_a_person_can_be_added_and_gets_passwords(centralita, tmp_path: Path) -> None:
    prepare = "import asyncio; from centralita.preparation import prepare; from config.settings import load_settings; "
    prepare += "asyncio.run(prepare(load_settings()))"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "CENTRALITA_DATA_DIR": str(tmp_path / "var")}
    subprocess.run([sys.executable, "-c", prepare], env=environment, check=True, timeout=60)
    added = centralita("user", "add", "pepa", "--extension", "104", "--name", "Pepa")
    assert added.returncode == 0, added.stderr
    assert "SIP user 104" in added.stdout
    assert "Pepa" in centralita("user", "list").stdout
    again = centralita("user", "add", "pepe", "--extension", "104")
    assert again.returncode == 2
    assert "104" in again.stderr


def test_rebuild_knows_its_views_and_says_how_many_events_it_has_applied(centralita, tmp_path: Path) -> None:
    early = centralita("rebuild")
    assert (early.returncode, early.stderr.count("\n")) == (2, 1)
    asyncio.run(prepare(Settings(data_dir=tmp_path / "var")))
    done = centralita("rebuild")
    assert (done.returncode, done.stdout) == (0, "0 events applied again\n"), done.stderr
    wrong = centralita("rebuild", "weather")
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("weather: there is no such view; there are call_log, ")
