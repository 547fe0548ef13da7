"""Which period's report is due: days, weeks from Monday and months, on a clock with summer time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats.due_periods import Every, latest_due

MADRID = ZoneInfo("Europe/Madrid")


def at(written: str) -> float:
    return datetime.fromisoformat(written).replace(tzinfo=MADRID).timestamp()


@pytest.mark.parametrize(
    ("every", "now", "start", "end"),
    [
        ("day", "2026-11-22T08:00", "2026-11-21", "2026-11-22"),
        ("day", "2026-11-22T07:59:59", "2026-11-20", "2026-11-21"),
        ("week", "2026-11-23T08:00", "2026-11-16", "2026-11-23"),  # a Monday
        ("week", "2026-11-23T07:00", "2026-11-09", "2026-11-16"),
        ("week", "2026-11-22T23:00", "2026-11-09", "2026-11-16"),
        ("month", "2026-03-01T08:00", "2026-02-01", "2026-03-01"),
        ("month", "2026-03-01T07:00", "2026-01-01", "2026-02-01"),
        ("month", "2026-01-31T12:00", "2025-12-01", "2026-01-01"),
        ("day", "2026-03-30T08:00", "2026-03-29", "2026-03-30"),  # summer time began: 23 hours
        ("day", "2026-10-26T08:00", "2026-10-25", "2026-10-26"),  # and ended: 25 hours
    ],
)
def test_the_newest_whole_period_that_was_due(every: Every, now: str, start: str, end: str) -> None:
    period = latest_due(every, 8, at(now), MADRID)
    assert (period.start, period.end) == (at(start), at(end))


@given(st.sampled_from(["day", "week", "month"]), st.integers(0, 23), st.integers(0, 4_000_000_000))
def test_a_period_is_over_when_it_is_due_and_periods_follow_one_another(every: Every, hour: int, now: int) -> None:
    period = latest_due(every, hour, now, MADRID)
    assert period.start < period.end <= now
    before = latest_due(every, 0, period.start, MADRID)
    assert before.end == period.start
