"""Which day, week or month has just ended when a report of it is to be sent; time is an input."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from stats.clock import Period

Every = Literal["day", "week", "month"]


def latest_due(every: Every, hour: int, now: float, time_zone: ZoneInfo) -> Period:
    """The newest whole day, week (from Monday) or month whose report was due by ``now``.

    It is due at ``hour`` of the day after its last one, on the clock of ``time_zone``; where summer time skips that
    hour, when the clock goes on.
    """
    local = datetime.fromtimestamp(now, time_zone)
    today = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    end = _start(every, today)
    if now < end.replace(hour=hour).timestamp():
        end = _start(every, end - timedelta(days=1))
    return Period(_start(every, end - timedelta(days=1)).timestamp(), end.timestamp())


def _start(every: Every, day: datetime) -> datetime:
    """The first day of what ``day`` is in."""
    match every:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
