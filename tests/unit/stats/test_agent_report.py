"""The agent report against figures worked out by hand."""

from __future__ import annotations

from pbx.events import CallAnswered, CallStarted
from stats.clock import Period
from stats.reports import AgentRow, agent_report
from store.engine import Database
from tests.unit.stats.day import NINE, Day

DAY = Period(NINE - 9 * 3600, NINE + 15 * 3600)


async def report(database: Database, period: Period = DAY) -> dict[str, AgentRow]:
    async with database.session() as session:
        return {row.agent: row for row in await agent_report(session, period)}


def shift() -> Day:
    """Ana: 60 s available, 10 s ringing, 100 s talking, 20 s wrap-up, 30 s break, then offline."""
    day = Day()
    day.state(0, "ana", "available")
    day.served("a", 50, 20, 100, "ana", rating=4)
    day.state(60, "ana", "ringing", "available")
    day.state(70, "ana", "talking", "ringing")
    day.state(170, "ana", "wrap_up", "talking")
    day.state(190, "ana", "break", "wrap_up")
    day.state(220, "ana", "offline", "break")
    return day


async def test_occupancy_is_handling_over_handling_and_available(database: Database) -> None:
    await shift().apply(database)
    row = (await report(database))["ana"]
    assert (row.available_total_s, row.break_total_s, row.signed_in_total_s) == (70, 30, 220)
    assert row.occupancy == round(120 / (120 + 70), 4)
    assert (row.talk_total_s, row.wrap_up_total_s, row.handling_time_s) == (100, 20, 120)
    assert (row.offered, row.answered, row.missed, row.rating) == (1, 1, 0, 4)


async def test_offers_not_taken_are_missed_and_those_taken_elsewhere_are_not(database: Database) -> None:
    day = Day()
    for number, cause in enumerate(("no_answer", "declined", "busy", "unreachable", "elsewhere")):
        day.started(f"c{number}", number * 100)
        day.rings(f"c{number}", number * 100, "luis")
        day.not_taken(f"c{number}", number * 100 + 10, "luis", cause)
    day.started("gone", 900)
    day.rings("gone", 900, "luis")
    day.ended("gone", 904, "abandoned")
    await day.apply(database)
    row = (await report(database))["luis"]
    assert (row.offered, row.missed, row.answered) == (6, 4, 0)
    assert row.ring_s == 54 / 6


async def test_a_state_over_several_hours_counts_in_each(database: Database) -> None:
    day = Day()
    day.state(1800, "ana", "available")
    day.state(3 * 3600 - 600, "ana", "break", "available")
    await day.apply(database)
    async with database.session() as session:
        rows = await agent_report(session, Period(DAY.start, DAY.end, "hour"))
    assert [(row.period, row.available_total_s) for row in rows] == [
        ("2025-11-24T09:00", 1800),
        ("2025-11-24T10:00", 3600),
        ("2025-11-24T11:00", 3000),
    ]


async def test_who_dialled_and_who_answered_both_talked(database: Database) -> None:
    day = Day()
    day.at(0, CallStarted("internal", "101", "Ana", "102", None, "ana"), "i")
    day.rings("i", 1, "luis", queue=None)
    day.answered("i", 5, "luis", queue=None)
    day.ended("i", 35, "answered", direction="internal", dialled="102", queue=None, login="luis", talk_s=30)
    day.at(100, CallStarted("outbound", "101", "Ana", "+34600111222", "carrier", "ana"), "o")
    day.at(110, CallAnswered("number"), "o")
    day.ended("o", 150, "answered", direction="outbound", dialled="+34600111222", queue=None, login="ana", talk_s=40)
    await day.apply(database)
    rows = await report(database)
    assert (rows["ana"].dialled, rows["ana"].answered, rows["ana"].talk_total_s) == (2, 0, 70)
    assert (rows["luis"].dialled, rows["luis"].answered, rows["luis"].talk_total_s) == (0, 1, 30)
