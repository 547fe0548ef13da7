"""Opening hours, by the clock on the wall of the company."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from pbx.routing.hours import Hours, parse_days, parse_holidays, parse_span

MADRID = ZoneInfo("Europe/Madrid")
WORK = (parse_span("09:00-14:00"), parse_span("16:00-19:00"))
WEEK = Hours(
    "Europe/Madrid",
    dict.fromkeys(parse_days("mon-fri"), WORK),
    {date(2026, 12, 24): (parse_span("09:00-12:00"),), date(2026, 10, 3): WORK},
    "ES-MD",
)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID).timestamp()


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23T08:59:59", False),
        ("2026-11-23T09:00:00", True),
        ("2026-11-23T14:00:00", False),
        ("2026-11-23T18:59:59", True),
        ("2026-11-22T10:00:00", False),  # a Sunday
        ("2026-12-25T10:00:00", False),  # Christmas, a Friday
        ("2026-12-24T11:00:00", True),
        ("2026-12-24T13:00:00", False),
        ("2026-10-03T10:00:00", True),  # a Saturday that is worked
        ("2026-03-30T09:00:00", True),  # the Monday after the clocks went forward
        ("2026-10-26T09:00:00", True),  # and back
        ("2026-10-26T08:59:00", False),
    ],
)
def test_open_or_closed(moment: str, is_open: bool) -> None:
    assert WEEK.is_open(at(moment)) is is_open


def test_a_day_may_end_at_midnight() -> None:
    late = Hours("Europe/Madrid", {0: (parse_span("20:00-24:00"),)})
    assert late.is_open(at("2026-11-23T23:59:59"))
    assert not late.is_open(at("2026-11-24T00:00:00"))


def test_weekdays() -> None:
    assert parse_days("mon-fri") == (0, 1, 2, 3, 4)
    assert parse_days("sat-mon") == (5, 6, 0)
    assert parse_days("sun") == (6,)
    for wrong in ("", "monday", "mon-", "mon-xyz"):
        with pytest.raises(ValueError, match="allowed"):
            parse_days(wrong)


@pytest.mark.parametrize(
    "span", ["", "9-14", "09:00", "14:00-09:00", "09:00-09:00", "25:00-26:00", "09:00+01:00-10:00"]
)
def test_spans_that_are_none(span: str) -> None:
    with pytest.raises(ValueError, match="allowed"):
        parse_span(span)


def test_holidays_that_nobody_knows() -> None:
    with pytest.raises(ValueError, match="allowed"):
        parse_holidays("ES-ZZ")
