"""Opening hours: weekly spans, dates that differ, public holidays, in the company's time zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Span = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Hours:
    """``weekly``: spans by weekday (0 is Monday), [from, to); ``dates`` differ from the week; ``holidays`` are closed.

    ``holidays``: a country, or country and region, as ISO 3166 codes: ``ES``, ``ES-MD``.
    """

    time_zone: str
    weekly: Mapping[int, tuple[Span, ...]]
    dates: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)
    holidays: str = ""

    def is_open(self, at: float) -> bool:
        """Whether ``at`` (epoch seconds) lies within the hours."""
        local = datetime.fromtimestamp(at, ZoneInfo(self.time_zone))
        spans = self.dates.get(local.date())
        if spans is None:
            if self.holidays and local.date() in _calendar(self.holidays, local.year):
                return False
            spans = self.weekly.get(local.weekday(), ())
        clock = local.time().replace(tzinfo=None)
        return any(first <= clock < last for first, last in spans)


def parse_days(text: str) -> tuple[int, ...]:
    """``mon`` or ``mon-fri`` (also ``sat-mon``) as weekday numbers. Raises ValueError."""
    first, dash, last = text.partition("-")
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        raise ValueError(f"'{text}' is no weekday; allowed: {', '.join(WEEKDAYS)}, or a span like mon-fri")
    begin = WEEKDAYS.index(first)
    count = (WEEKDAYS.index(last) - begin) % 7 + 1 if dash else 1
    return tuple((begin + step) % 7 for step in range(count))


def parse_span(text: str) -> Span:
    """``09:00-14:00``; ``24:00`` is the end of the day. Raises ValueError."""
    first, _, last = text.partition("-")
    try:
        begin = time.fromisoformat(first)
        end = time.max if last == "24:00" else time.fromisoformat(last)
    except ValueError:
        raise ValueError(f"'{text}' is no time span; allowed: HH:MM-HH:MM, for example 09:00-14:00") from None
    if begin.tzinfo or end.tzinfo or begin >= end:
        raise ValueError(f"'{text}' ends before it begins; allowed: HH:MM-HH:MM within one day")
    return begin, end


def parse_holidays(text: str) -> str:
    """``ES`` or ``ES-MD``, if there is such a calendar. Raises ValueError."""
    try:
        _calendar(text, 2000)
    except (NotImplementedError, KeyError):
        raise ValueError(f"no holidays are known for '{text}'; allowed: ISO 3166 codes like ES or ES-MD") from None
    return text


@lru_cache(maxsize=64)
def _calendar(code: str, year: int) -> frozenset[date]:
    country, _, region = code.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
