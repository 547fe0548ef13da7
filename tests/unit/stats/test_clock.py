"""Hours and days on the company's clock, summer time included."""

from __future__ import annotations

from datetime import datetime

import pytest

from stats.clock import Period, local_hour, pieces, shown, start_of_day, zone
from stats.errors import PeriodError

MADRID = zone("Europe/Madrid")


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_the_local_hour_is_the_companys() -> None:
    assert local_hour(at("2025-07-01T22:30:00Z"), MADRID) == 2025070200
    assert local_hour(at("2025-12-31T23:30:00Z"), MADRID) == 2026010100


def test_the_hour_that_comes_twice_is_one_bucket() -> None:
    assert local_hour(at("2025-10-26T00:30:00Z"), MADRID) == local_hour(at("2025-10-26T01:30:00Z"), MADRID)


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2025-10-25T22:00:00Z", "2025-10-26T23:00:00Z", 25),
        ("2025-03-29T23:00:00Z", "2025-03-30T22:00:00Z", 23),
        ("2025-11-24T08:10:00Z", "2025-11-24T08:50:00Z", 1),
        ("2025-11-24T08:10:00Z", "2025-11-24T08:10:00Z", 0),
    ],
)
def test_a_span_is_cut_at_full_hours_and_loses_nothing(start: str, end: str, count: int) -> None:
    cut = list(pieces(at(start), at(end), MADRID))
    assert len(cut) == count
    assert sum(to - from_ for from_, to in cut) == at(end) - at(start)


def test_zones_of_half_hours_are_cut_on_their_own_clock() -> None:
    kolkata = zone("Asia/Kolkata")
    (first, *_) = pieces(at("2025-11-24T00:00:00Z"), at("2025-11-24T02:00:00Z"), kolkata)
    assert first == (at("2025-11-24T00:00:00Z"), at("2025-11-24T00:30:00Z"))


def test_a_day_begins_at_local_midnight() -> None:
    assert start_of_day(at("2025-11-24T08:00:00Z"), MADRID) == at("2025-11-23T23:00:00Z")
    assert start_of_day(at("2025-10-26T20:00:00Z"), MADRID) == at("2025-10-25T22:00:00Z")


def test_buckets_are_shown_in_local_time() -> None:
    assert shown(2025112409, "hour") == "2025-11-24T09:00"
    assert shown(20251124, "day") == "2025-11-24"
    assert shown(0, "none") is None


def test_periods_that_make_no_sense_are_refused() -> None:
    with pytest.raises(PeriodError, match="later than from"):
        Period(10, 10)
    with pytest.raises(PeriodError, match="hour"):
        Period(0, 86400 * 200, "hour")
    with pytest.raises(PeriodError, match="at most"):
        Period(0, 86400 * 366 * 6, "day")
    with pytest.raises(PeriodError, match="Nowhere"):
        zone("Nowhere/City")
