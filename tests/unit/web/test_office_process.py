"""The office as a process: from the journal to the call log, and how it refuses to start."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from centralita.office import serving
from config.settings import Settings
from pbx.journal.writer import Journal
from tests.kit.api import eventually
from tests.kit.ports import free_ports
from tests.unit.web.conftest import NOW, Clock
from tests.unit.web.events import CARMEN, answered, ended, event, started
from tests.unit.web.exchange_stand_in import ExchangeStandIn


@pytest.fixture
async def settings(template: Path, data_dir: Path) -> AsyncIterator[Settings]:
    shutil.copy(template, data_dir / "centralita.sqlite3")
    settings = Settings(data_dir=data_dir, http_port=free_ports(1))
    stand_in = ExchangeStandIn(settings.exchange_socket)
    await stand_in.start()
    yield settings
    await stand_in.stop()


async def test_what_the_journal_says_is_in_the_call_log_the_crm_and_the_report(settings: Settings) -> None:
    journal = Journal(settings.journal_dir)
    await journal.start()
    for document in (
        event(started(CARMEN), "call", NOW),
        event(answered("ana"), "call", NOW + 2),
        event(ended(CARMEN, login="ana"), "call", NOW + 9),
    ):
        journal.append(document)
    await journal.close()
    async with serving(settings, Clock(NOW + 10)), aiohttp.ClientSession() as http:
        base = f"http://127.0.0.1:{settings.http_port}"
        response = await http.post(f"{base}/api/v1/session", json={"login": "sofia", "password": "demo"})
        token = (await response.json())["token"]

        async def items(path: str) -> list[dict[str, object]]:
            headers = {"Authorization": f"Bearer {token}"}
            answer = await http.get(f"{base}/api/v1{path}", headers=headers)
            found: list[dict[str, object]] = (await answer.json())["items"]
            return found

        async def logged() -> list[dict[str, object]] | None:
            return await items("/calls") or None

        (call,) = await eventually(logged, 10, "the call")
        assert (call["id"], call["result"]) == ("call", "answered")
        (activity,) = await items("/activities")
        (lead,) = await items("/leads")
        assert (activity["call_id"], activity["lead_id"], lead["repeat"]) == ("call", lead["id"], True)
        (row,) = await items("/reports/numbers")
        assert row["answered"] == 1


async def start(environment: dict[str, str]) -> tuple[int, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("CENTRALITA_")}
    done = subprocess.run(
        [sys.executable, "-m", "centralita.office"],
        env=ours | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


async def test_a_port_in_use_ends_with_one_clear_line(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", settings.http_port))
        taken.listen()
        environment = {"CENTRALITA_DATA_DIR": str(settings.data_dir), "CENTRALITA_HTTP_PORT": str(settings.http_port)}
        status, said = await start(environment)
    assert status == 2
    assert len(said.splitlines()) == 1
    assert f"CENTRALITA_HTTP_PORT: TCP port {settings.http_port}" in said


async def test_a_database_that_is_away_ends_with_one_clear_line(settings: Settings) -> None:
    url = f"postgresql://nobody:secret@127.0.0.1:{free_ports(1)}/none"
    status, said = await start({"CENTRALITA_DATA_DIR": str(settings.data_dir), "CENTRALITA_DATABASE_URL": url})
    assert status == 2
    assert len(said.splitlines()) == 1
    assert "cannot be reached" in said
    assert "secret" not in said
