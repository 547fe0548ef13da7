"""The same API over PostgreSQL: every list and report, with its filters, and what writes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.company import Company
from store.engine import Database
from tests.postgres import PostgresServer
from tests.unit.web.conftest import NOW, Clock, House, load, open_house
from tests.unit.web.events import CARMEN, answered, ended, event, started

pytestmark = pytest.mark.postgres


@pytest.fixture
async def house(postgres: PostgresServer, data_dir: Path, company: Company, clock: Clock) -> AsyncIterator[House]:
    url = postgres.create("web_api")
    database = Database(url)
    await load(database, company)
    await database.dispose()
    async with open_house(None, data_dir, company, clock, url) as house:
        yield house
    postgres.drop("web_api")


async def test_lists_reports_and_writes(house: House) -> None:
    await house.happen(
        event(started(CARMEN), "call", NOW),
        event(answered("ana"), "call", NOW + 2),
        event(ended(CARMEN, login="ana"), "call", NOW + 9),
    )
    house.clock.now = NOW + 60
    for path, count in {
        "/calls?number=600111222&live=false&direction=inbound&result=answered&agent=ana": 1,
        "/calls?from=2027-01-15T07:00:00Z&to=2027-01-15T09:00:00Z&limit=1": 1,
        "/calls/call/events": 5,
        "/recordings?call_id=call": 0,
        "/voicemails?box=101": 0,
        "/contacts?name=carmen": 1,
        "/contacts?number=+34600111222": 1,
        "/leads?repeat=true&number=+34600111222": 1,
        "/activities?call_id=call": 1,
        "/deals?status=open": 1,
        "/tasks": 0,
        "/blocklist": 0,
        "/queues": 2,
        "/reports/queues?by=hour": 0,
        "/reports/agents?by=day": 1,
        "/reports/numbers": 1,
        "/reports/menus": 0,
    }.items():
        assert len((await house.get("sofia", path))["items"]) == count, path
    assert len((await house.get("ana", "/calls"))["items"]) == 1
    assert (await house.get("ana", "/recordings"))["items"] == []
    assert (await house.get("ana", f"/lookup?number= {CARMEN[1:]}"))["last_calls"][0]["id"] == "call"
    for path, body in {
        "/contacts": {"name": "Eva", "numbers": ["+34600333444"]},
        "/companies": {"name": "Taller Norte"},
        "/leads": {"number": "+34655000111"},
        "/deals": {"title": "Beans"},
        "/tasks": {"title": "Call back", "call_id": "call"},
        "/activities": {"kind": "visit", "subject": "Tasting"},
        "/calls/call/notes": {"text": "Wants beans"},
        "/blocklist": {"number": "+34655000999"},
    }.items():
        login = "sofia" if path == "/blocklist" else "ana"
        assert (await house.ask(login, "POST", path, json=body)).status == 201, path
    assert (await house.ask("ana", "POST", "/leads", json={"number": "+34655000111"})).status == 409
