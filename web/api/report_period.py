"""The period of a report as it is asked for: days on the company's clock, or moments."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, WithJsonSchema

from stats.clock import By, Period, start_of_day, zone
from stats.errors import PeriodError
from web.api.errors import InvalidError
from web.api.model import parse_time


def _day_or_time(value: str) -> date | float:
    try:
        return date.fromisoformat(value) if len(value) == len("2026-03-01") else parse_time(value)
    except ValueError:
        raise ValueError("allowed: 2026-03-01, or a time as in RFC 3339 such as 2026-03-01T09:30:00Z") from None


DayOrTime = Annotated[
    str,
    AfterValidator(_day_or_time),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}),
]


def period_between(from_: Any, to: Any, time_zone: str, now: float, by: By = "none") -> Period:
    """From the beginning of the day ``from_`` to the end of the day ``to``; None: today, now. Raises InvalidError."""
    try:
        place = zone(time_zone)
        start = start_of_day(now, place) if from_ is None else _instant(from_, place, 0)
        end = now if to is None else _instant(to, place, 1)
        return Period(start, end, by)
    except (PeriodError, OverflowError, ValueError) as error:
        raise InvalidError("the period is wrong", faults=[{"field": "from, to, by", "message": str(error)}]) from None


def _instant(value: Any, place: Any, days_after: int) -> float:
    if isinstance(value, float):
        return value
    day = value + timedelta(days=days_after)
    return datetime(day.year, day.month, day.day, tzinfo=place).timestamp()
