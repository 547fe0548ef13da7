"""When something is open: hours of the week, days that differ, public holidays, a night switch."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from pydantic import AfterValidator, Field, model_validator

from config.part import Part


def _in_order(span: str) -> str:
    first, _, last = span.partition("-")
    if first >= last:
        raise ValueError(f"'{span}' ends before it begins; allowed: HH:MM-HH:MM within one day, 24:00 is its end")
    return span


def _real_day(day: str) -> str:
    try:
        date.fromisoformat(day)
    except ValueError:
        raise ValueError(f"there is no day '{day}'; allowed: YYYY-MM-DD") from None
    return day


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"time zone '{name[:64]}' is not known; allowed: an IANA name such as Europe/Madrid") from None
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]
Span = Annotated[
    str,
    Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$"),
    AfterValidator(_in_order),
]
Spans = Annotated[tuple[Span, ...], Field(max_length=20)]
Days = Annotated[str, Field(pattern=r"^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$")]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$"), AfterValidator(_real_day)]


class OpeningHours(Part):
    """Spans by weekday (``mon-fri``: ``09:00-14:00``); public holidays of a country or a region (``ES``, ``ES-MD``) are
    closed; ``dates`` differ from the week and from holidays, closed without a span; the time while the night ``switch``
    is on is closed whatever else holds."""

    weekly: dict[Days, Spans] = Field(default_factory=dict)
    dates: Annotated[dict[Day, Spans], Field(max_length=400)] = Field(
        default_factory=dict, description="days that differ, by date; no span: closed"
    )
    holidays: Annotated[str, Field(pattern=r"^([A-Z]{2}(-[A-Z0-9]{1,3})?)?$")] = ""
    switch: Annotated[str, Field(max_length=64)] = ""

    @model_validator(mode="after")
    def _has_such_holidays(self) -> Self:
        country, _, region = self.holidays.partition("-")
        try:
            if country:
                holidays.country_holidays(country, subdiv=region or None)
        except (NotImplementedError, KeyError):
            raise ValueError(
                f"holidays: none are known for '{self.holidays}'; allowed: ISO 3166 codes like ES or ES-MD"
            ) from None
        return self
