"""When a number may be called: the clock of where it belongs, which its prefix tells (`phonenumbers.timezone`)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone

from config.campaigns import CallingHours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MAX_ZONES = 12
_LONGEST = timedelta(days=9)


@lru_cache(maxsize=4096)
def zones_of(number: str, otherwise: str) -> tuple[ZoneInfo, ...]:
    """The time zones that an E.164 number may be in; ``otherwise`` (IANA) where that is unknown, or nearly anywhere."""
    try:
        names = timezone.time_zones_for_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        names = ()
    zones = []
    for name in names:
        try:
            zones.append(ZoneInfo(name))
        except (ZoneInfoNotFoundError, ValueError):
            continue  # "Etc/Unknown", and zones that this machine does not know
    return tuple(zones) if 0 < len(zones) <= MAX_ZONES else (ZoneInfo(otherwise),)


def may_call(hours: CallingHours, zones: tuple[ZoneInfo, ...], now: float) -> bool:
    """Within the hours in every one of ``zones``; ``now`` in epoch seconds."""
    return all(_is_open(hours, datetime.fromtimestamp(now, zone)) for zone in zones)


def next_time(hours: CallingHours, zones: tuple[ZoneInfo, ...], now: float) -> float | None:
    """The first moment from ``now`` on at which all zones may be called, to the quarter of an hour (zones differ by
    quarters); None: the hours of the zones do not meet."""
    if may_call(hours, zones, now):
        return now
    moment = datetime.fromtimestamp(now - now % 900, UTC)
    end = moment + _LONGEST
    while moment < end:
        moment += timedelta(minutes=15)
        if may_call(hours, zones, moment.timestamp()):
            return moment.timestamp()
    return None


def _is_open(hours: CallingHours, local: datetime) -> bool:
    return WEEKDAYS[local.weekday()] in hours.weekdays and hours.from_hour <= local.hour < hours.to_hour
