"""The queues since midnight: read again once events have been applied, not for everybody who looks."""

from __future__ import annotations

from collections.abc import Callable

from config.company import Company
from stats.clock import start_of_day, zone
from stats.live import QueueToday, queues_today
from store.engine import Database
from web.api.shared_reading import SharedReading

KEPT_S = 5.0  # what another process changes (a rebuild of the statistics) tells nobody here

_Key = tuple[str, tuple[tuple[str, int], ...], float]


class Today:
    """Today's figures of every queue. ``now`` is the clock (seconds since the epoch)."""

    def __init__(self, database: Database, company: Callable[[], Company], now: Callable[[], float]) -> None:
        self._database = database
        self._company = company
        self._now = now
        self._kept: tuple[_Key, float, dict[str, QueueToday]] | None = None
        self._changes = 0
        self._shared = SharedReading(self._read)

    def forget(self) -> None:
        """Events have been applied: the figures may have changed."""
        self._changes += 1
        self._kept = None

    async def queues(self) -> dict[str, QueueToday]:
        """By name, every queue of the company."""
        kept = self._kept
        if kept is not None and kept[0] == self._key() and 0 <= self._now() - kept[1] < KEPT_S:
            return kept[2]
        return await self._shared()

    async def _read(self) -> dict[str, QueueToday]:
        key, now, changes = self._key(), self._now(), self._changes
        async with self._database.session() as session:
            figures = await queues_today(session, dict(key[1]), key[0], now)
        if changes == self._changes:
            self._kept = key, now, figures
        return figures

    def _key(self) -> _Key:
        company = self._company()
        limits = tuple((queue.name, queue.service_level_s) for queue in company.queues)
        return company.time_zone, limits, start_of_day(self._now(), zone(company.time_zone))
