"""Wake-up calls: at which moment which extension is to be called."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MOST = 10_000


class WakeUps:
    """One wake-up call per extension, in epoch seconds. ``changed`` is called after each change."""

    def __init__(self, changed: Callable[[], None] | None = None) -> None:
        self._changed = changed
        self._at: dict[str, float] = {}

    def at(self, extension: str) -> float | None:
        """When ``extension`` is called; None: it is not."""
        return self._at.get(extension)

    def set(self, extension: str, at: float | None) -> None:
        """Call at that moment; None: no longer."""
        if at is None:
            self._at.pop(extension, None)
        elif len(self._at) < MOST:
            self._at[extension] = at
        if self._changed is not None:
            self._changed()

    def due(self, now: float) -> list[str]:
        """Who is to be called by now."""
        return [extension for extension, at in self._at.items() if at <= now]

    def document(self) -> Callable[[], dict[str, Any]]:
        """All of it at this moment; what is returned says it as JSON types."""
        at = dict(self._at)
        return lambda: {"version": 1, "at": at}

    def restore(self, document: Any) -> None:
        """Take over what ``document`` said; what does not fit is left out."""
        kept = document.get("at") if isinstance(document, dict) else None
        for extension, at in kept.items() if isinstance(kept, dict) else ():
            if isinstance(extension, str) and isinstance(at, int | float) and len(self._at) < MOST:
                self._at[extension] = float(at)


def next_moment(hour: int, minute: int, now: float, time_zone: str) -> float:
    """The next time that the clocks of ``time_zone`` show so, after ``now`` (epoch seconds).

    A time that a change of clocks leaves out is rung at the moment of the change; one that comes twice, at its first.
    """
    zone = ZoneInfo(time_zone)
    day = datetime.fromtimestamp(now, zone).date()
    while True:
        local = datetime.combine(day, time(hour, minute), zone)
        moment = local.astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):  # the clocks leap over it
            skipped = local.replace(fold=1).utcoffset() or timedelta()
            moment = (local.replace(tzinfo=None) - skipped).replace(tzinfo=UTC)
            moment = _leap(moment, zone)
        if moment.timestamp() > now:
            return moment.timestamp()
        day += timedelta(days=1)


def _leap(near: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clocks of ``zone`` change, within three hours of ``near``; to the minute."""
    first = near - timedelta(hours=3)
    before = first.astimezone(zone).utcoffset()
    for minutes in range(6 * 60 + 1):
        at = first + timedelta(minutes=minutes)
        if at.astimezone(zone).utcoffset() != before:
            return at
    return near
