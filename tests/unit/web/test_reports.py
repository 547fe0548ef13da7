"""Reports over the API."""

from __future__ import annotations

import csv
import io

import pytest

from pbx.events import QueueJoined, QueueLeft
from tests.unit.web.conftest import NOW, House
from tests.unit.web.events import CARMEN, answered, ended, event, started


async def one_call(house: House) -> None:
    await house.happen(
        event(started(CARMEN, "+34910000002"), "call", NOW),
        event(QueueJoined("sales", 1), "call", NOW),
        event(QueueLeft("sales", "answered", 5.0, "ana"), "call", NOW + 5),
        event(answered("ana", queue="sales"), "call", NOW + 5),
        event(ended(CARMEN, login="ana", queue="sales", dialled="+34910000002"), "call", NOW + 35),
    )
    house.clock.now = NOW + 60


async def test_the_queue_report_counts_the_call_and_the_queue_shows_its_service_level(house: House) -> None:
    await one_call(house)
    report = await house.get("sofia", "/reports/queues")
    (row,) = report["items"]
    assert (row["queue"], row["offered"], row["answered"], row["service_level"]) == ("sales", 1, 1, 1.0)
    assert (report["by"], report["next_cursor"]) == ("none", None)
    assert (await house.get("sofia", "/queues/sales"))["service_level"] == 1.0


@pytest.mark.parametrize("name", ["queues", "agents", "numbers", "menus"])
async def test_every_report_as_a_table(house: House, name: str) -> None:
    await one_call(house)
    response = await house.ask("sofia", "GET", f"/reports/{name}?by=hour", headers={"Accept": "text/csv"})
    assert response.status == 200
    assert response.content_type == "text/csv"
    rows = list(csv.DictReader(io.StringIO(await response.text())))
    assert len(rows) == (0 if name == "menus" else 1)
    if rows:
        assert rows[0]["period"] == "2027-01-15T09:00"


async def test_a_period_by_day_on_the_companys_clock(house: House) -> None:
    await one_call(house)
    for query, count in (
        ("from=2027-01-15&to=2027-01-15&by=day", 1),
        ("from=2027-01-14&to=2027-01-14", 0),
        ("from=2027-01-15T08:00:00Z&to=2027-01-15T09:00:00Z", 1),
        ("from=2027-01-15&only=support", 0),
    ):
        assert len((await house.get("sofia", f"/reports/queues?{query}"))["items"]) == count, query


@pytest.mark.parametrize(
    "query", ["from=yesterday", "by=queue", "from=2027-01-16&to=2027-01-15", "from=0001-01-01", "to=9999-12-31"]
)
async def test_a_wrong_period_is_refused(house: House, query: str) -> None:
    assert (await house.ask("sofia", "GET", f"/reports/queues?{query}")).status == 422


async def test_only_json_and_tables_can_be_made(house: House) -> None:
    response = await house.ask("sofia", "GET", "/reports/queues", headers={"Accept": "application/pdf"})
    assert response.status == 406
