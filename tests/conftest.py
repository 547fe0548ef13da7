"""Fixtures that every test may use: a database, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from store.engine import Database
from tests.postgres import PostgresServer, PostgresUnavailableError

_TEMPLATE = "centralita_template"
_numbers = itertools.count(1)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show why a test had to be run twice: a first failure is a fault to find, whatever the second run says."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"first run of {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, once per session, with an upgraded database to copy."""
    try:
        server = PostgresServer()
    except PostgresUnavailableError as error:
        pytest.skip(str(error))
    try:
        asyncio.run(_upgrade(server.create(_TEMPLATE)))
        yield server
    finally:
        server.stop()


async def _upgrade(url: str) -> None:
    database = Database(url)
    await database.upgrade()
    await database.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded SQLite file to copy."""
    file = tmp_path_factory.mktemp("template") / "centralita.sqlite3"
    asyncio.run(_upgrade(f"sqlite:///{file}"))
    return file


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database of the test's own with the schema in it: the test runs once on each kind."""
    if request.param == "sqlite":
        file = tmp_path / "centralita.sqlite3"
        file.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        yield f"sqlite:///{file}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"centralita_{next(_numbers)}"
    yield server.create(name, _TEMPLATE)
    server.drop(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The database behind ``database_url``."""
    database = Database(database_url)
    yield database
    await database.dispose()
