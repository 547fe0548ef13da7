"""Today so far: what a wall shows beside the numbers that the exchange knows by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from stats.clock import Period, start_of_day, zone
from stats.reports import queue_report


@dataclass(frozen=True, slots=True)
class QueueToday:
    """A queue since midnight on the company's clock; ``service_level`` 0…1, None before anybody was served."""

    queue: str
    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    service_level: float | None = None
    average_speed_of_answer_s: float | None = None
    handling_time_s: float | None = None


async def queues_today(
    session: AsyncSession, limits: Mapping[str, int], time_zone: str, now: float
) -> dict[str, QueueToday]:
    """Each queue of ``limits`` (service level in seconds by queue) since midnight."""
    rows = {row.queue: row for row in await queue_report(session, _today(time_zone, now), limits)}
    return {
        name: QueueToday(
            name,
            row.offered,
            row.answered,
            row.abandoned,
            row.service_level,
            row.average_speed_of_answer_s,
            row.handling_time_s,
        )
        if (row := rows.get(name)) is not None
        else QueueToday(name)
        for name in limits
    }


def _today(time_zone: str, now: float) -> Period:
    return Period(start_of_day(now, zone(time_zone)), now + 1)
