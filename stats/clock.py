"""Hours and days on the company's clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stats.errors import PeriodError

By = Literal["hour", "day", "none"]
MAX_HOURS = 24 * 92
MAX_DAYS = 366 * 5


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The time zone of that name. Raises PeriodError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise PeriodError(f"time zone '{name}' is not known; allowed: an IANA name such as Europe/Madrid") from None


def local_hour(at: float, time_zone: ZoneInfo) -> int:
    """YYYYMMDDHH of ``at`` (seconds since the epoch). The hour repeated when summer time ends is one hour."""
    local = datetime.fromtimestamp(at, time_zone)
    return ((local.year * 100 + local.month) * 100 + local.day) * 100 + local.hour


def start_of_day(at: float, time_zone: ZoneInfo) -> float:
    """When the day of ``at`` began, in seconds since the epoch."""
    local = datetime.fromtimestamp(at, time_zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).timestamp()


def pieces(start: float, end: float, time_zone: ZoneInfo) -> Iterator[tuple[float, float]]:
    """``start`` to ``end`` cut at every full hour of the local clock, as (from, to)."""
    while start < end:
        local = datetime.fromtimestamp(start, time_zone)
        into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        # Added in UTC: in local time an hour may be missing or come twice.
        full = (local.astimezone(UTC) - into + timedelta(hours=1)).timestamp()
        yield start, min(full, end)
        start = full


@dataclass(frozen=True, slots=True)
class Period:
    """``start`` (included) to ``end`` (not), in seconds since the epoch, and how it is divided."""

    start: float
    end: float
    by: By = "none"

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise PeriodError("to: allowed: later than from")
        span = self.end - self.start
        if self.by == "hour" and span > MAX_HOURS * 3600:
            raise PeriodError(f"by: hour: allowed: at most {MAX_HOURS // 24} days at once")
        if span > MAX_DAYS * 86400:
            raise PeriodError(f"from, to: allowed: at most {MAX_DAYS} days at once")


def shown(bucket: int, by: By) -> str | None:
    """A bucket as a report shows it: ``2026-11-22T09:00`` for an hour, ``2026-11-22`` for a day, local time."""
    match by:
        case "hour":
            day, hour = divmod(bucket, 100)
            return f"{shown(day, 'day')}T{hour:02d}:00"
        case "day":
            year, rest = divmod(bucket, 10_000)
            return f"{year:04d}-{rest // 100:02d}-{rest % 100:02d}"
        case _:
            return None
