"""The queue report against figures worked out by hand."""

from __future__ import annotations

from pbx.events import CallbackEnded, CallbackRequested
from stats.clock import Period
from stats.live import queues_today
from stats.projection import Statistics
from stats.reports import QueueRow, number_report, queue_report
from store.engine import Database
from tests.unit.stats.day import NINE, NUMBER, Day

LIMITS = {"sales": 20}
DAY = Period(NINE - 9 * 3600, NINE + 15 * 3600)


async def report(database: Database, period: Period = DAY) -> list[QueueRow]:
    async with database.session() as session:
        return await queue_report(session, period, LIMITS)


def busy_morning() -> Day:
    """Four answered (waits 5, 20, 21, 60; one transferred), given up after 5, 5.1 and 40 s, one overflow."""
    day = Day()
    day.served("a", 0, 5, 100, "ana", rating=5)
    day.served("b", 10, 20, 50, "luis", rating=2)
    day.served("c", 3600, 21, 30, "ana")
    day.started("d", 3700)
    day.joined("d", 3700)
    day.rings("d", 3700, "ana")
    day.not_taken("d", 3715, "ana", "no_answer")
    day.rings("d", 3715, "luis")
    day.answered("d", 3760, "luis")
    day.left("d", 3760, "answered", 60, "luis")
    day.transferred("d", 3780, "luis", "ana")
    day.answered("d", 3785, "ana", queue=None)
    day.ended("d", 3885, "answered", login="ana", started_at=NINE + 3700, wait_s=60, talk_s=125, transfers=1)
    day.given_up("e", 100, 5)
    day.given_up("f", 100, 5.1)
    day.given_up("g", 100, 40)
    day.started("h", 200)
    day.joined("h", 200)
    day.left("h", 320, "overflow", 120)
    day.ended("h", 340, "voicemail", started_at=NINE + 200, wait_s=120)
    return day


async def test_service_level_leaves_out_those_who_gave_up_at_once(database: Database) -> None:
    await busy_morning().apply(database)
    (row,) = await report(database)
    assert (row.offered, row.answered, row.abandoned, row.abandoned_short, row.overflowed) == (8, 4, 3, 1, 1)
    assert row.service_level == round(2 / (4 + 2), 4)
    assert row.average_speed_of_answer_s == (5 + 20 + 21 + 60) / 4
    assert row.average_abandon_s == round((5 + 5.1 + 40) / 3, 2)
    assert row.longest_wait_s == 120


async def test_handling_is_talk_and_wrap_up_of_the_queues_own_conversations(database: Database) -> None:
    day = busy_morning()
    day.state(0, "ana", "available")
    day.state(105, "ana", "wrap_up", "talking")
    day.state(113, "ana", "available", "wrap_up")
    await day.apply(database)
    (row,) = await report(database)
    assert row.talk_total_s == 100 + 50 + 30 + 20
    assert row.wrap_up_total_s == 8
    assert row.handling_time_s == (200 + 8) / 4
    assert (row.transfers, row.ratings, row.rating) == (1, 2, 3.5)


async def test_hours_are_those_of_the_company(database: Database) -> None:
    await busy_morning().apply(database)
    rows = await report(database, Period(DAY.start, DAY.end, "hour"))
    assert [(row.period, row.offered, row.answered) for row in rows] == [
        ("2025-11-24T09:00", 6, 2),
        ("2025-11-24T10:00", 2, 2),
    ]
    (day,) = await report(database, Period(DAY.start, DAY.end, "day"))
    assert (day.period, day.offered) == ("2025-11-24", 8)


async def test_only_visits_that_began_in_the_period_count(database: Database) -> None:
    await busy_morning().apply(database)
    (row,) = await report(database, Period(NINE + 3600, NINE + 3601))
    assert (row.offered, row.answered) == (1, 1)
    assert await report(database, Period(NINE + 4000, NINE + 5000)) == []


async def test_a_caller_still_waiting_counts_when_the_wait_is_over(database: Database) -> None:
    day = Day()
    day.started("a", 0)
    day.joined("a", 0)
    await day.apply(database)
    assert await report(database) == []


async def test_a_call_that_ends_without_leaving_its_queue_has_left_it(database: Database) -> None:
    day = Day()
    day.started("a", 0)
    day.joined("a", 0)
    day.ended("a", 12, "abandoned", wait_s=12)
    await day.apply(database)
    (row,) = await report(database)
    assert (row.offered, row.abandoned, row.average_abandon_s) == (1, 1, 12)


async def test_nobody_served_is_no_service_level(database: Database) -> None:
    day = Day()
    day.given_up("a", 0, 3)
    await day.apply(database)
    (row,) = await report(database)
    assert (row.abandoned, row.service_level, row.average_speed_of_answer_s) == (1, None, None)


async def test_today_counts_from_midnight_and_names_every_queue(database: Database) -> None:
    await busy_morning().apply(database)
    async with database.session() as session:
        today = await queues_today(session, {"sales": 20, "support": 20}, "Europe/Madrid", NINE + 7200)
        tomorrow = await queues_today(session, LIMITS, "Europe/Madrid", NINE + 86400)
    assert (today["sales"].answered, today["sales"].service_level) == (4, round(2 / 6, 4))
    assert (today["support"].offered, today["support"].service_level) == (0, None)
    assert tomorrow["sales"].offered == 0


async def test_who_joined_in_the_last_hour_is_counted_by_five_minutes_of_the_clock(database: Database) -> None:
    day = Day()
    for call, at in (("a", 0), ("b", 299), ("c", 301), ("d", 3300)):
        day.given_up(call, at, 3)
    await day.apply(database)
    async with database.session() as session:
        now = await queues_today(session, LIMITS, "Europe/Madrid", NINE + 3599)
        later = await queues_today(session, LIMITS, "Europe/Madrid", NINE + 3600)
    assert now["sales"].last_hour == (2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    assert later["sales"].last_hour == (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0)


async def test_numbers_are_counted_by_what_became_of_their_calls(database: Database) -> None:
    day = busy_morning()
    day.started("x", 500, "+34910000003")
    day.ended("x", 520, "missed", dialled="+34910000003", queue=None, started_at=NINE + 500, wait_s=20)
    await day.apply(database)
    async with database.session() as session:
        rows = {row.number: row for row in await number_report(session, DAY)}
    row = rows[NUMBER]
    assert (row.calls, row.answered, row.abandoned, row.voicemail) == (8, 4, 3, 1)
    assert (row.talk_total_s, row.transfers, row.rating) == (100 + 50 + 30 + 125, 1, 3.5)
    assert (rows["+34910000003"].missed, rows["+34910000003"].wait_s) == (1, 20)


async def test_a_rebuild_gives_the_same_report(database: Database) -> None:
    day = busy_morning()
    await day.apply(database)
    before = await report(database)
    async with database.transaction() as session:
        await Statistics("Europe/Madrid").reset(session)
    assert await report(database) == []
    await day.apply(database)
    assert await report(database) == before


async def test_a_callback_is_no_abandoned_call_and_counts_as_reached_when_it_was(database: Database) -> None:
    day = Day()
    for number in ("c1", "c2"):
        day.started(number, 0)
        day.joined(number, 0)
        day.left(number, 30, "callback", 30.0)
        day.at(30, CallbackRequested(f"b-{number}", "sales", "+34600111222"), number)
        day.ended(number, 31, "callback")
    day.at(300, CallbackEnded("b-c1", "sales", "+34600111222", "reached", "answered", 1, 270.0, "ana"), "out")
    day.at(400, CallbackEnded("b-c2", "sales", "+34600111222", "failed", "no_answer", 3, 370.0), None)
    await day.apply(database)
    (row,) = await report(database)
    assert (row.offered, row.abandoned, row.callbacks, row.callbacks_reached) == (2, 0, 2, 1)
