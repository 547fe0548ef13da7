"""Today so far: what a wall shows beside the numbers that the exchange knows by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from stats.aggregation import count_if
from stats.clock import Period, start_of_day, zone
from stats.reports import queue_report
from stats.tables import QueueVisit

SLOT_S = 300
SLOTS = 12


@dataclass(frozen=True, slots=True)
class QueueToday:
    """A queue since midnight on the company's clock; ``service_level`` 0…1, None before anybody was served.

    ``last_hour``: who joined it, by five minutes of the clock, the present ones last.
    """

    queue: str
    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    service_level: float | None = None
    average_speed_of_answer_s: float | None = None
    handling_time_s: float | None = None
    last_hour: tuple[int, ...] = (0,) * SLOTS


async def queues_today(
    session: AsyncSession, limits: Mapping[str, int], time_zone: str, now: float
) -> dict[str, QueueToday]:
    """Each queue of ``limits`` (service level in seconds by queue) since midnight."""
    rows = {row.queue: row for row in await queue_report(session, _today(time_zone, now), limits)}
    joined = await _last_hour(session, now)
    return {
        name: QueueToday(
            name,
            row.offered,
            row.answered,
            row.abandoned,
            row.service_level,
            row.average_speed_of_answer_s,
            row.handling_time_s,
            joined.get(name, (0,) * SLOTS),
        )
        if (row := rows.get(name)) is not None
        else QueueToday(name, last_hour=joined.get(name, (0,) * SLOTS))
        for name in limits
    }


async def _last_hour(session: AsyncSession, now: float) -> dict[str, tuple[int, ...]]:
    """By queue, how many joined it in each slot of the last hour."""
    first = (now // SLOT_S - SLOTS + 1) * SLOT_S
    at = QueueVisit.joined_at
    slots = [count_if((at >= first + place * SLOT_S) & (at < first + (place + 1) * SLOT_S)) for place in range(SLOTS)]
    query = select(QueueVisit.queue, *slots).where(at >= first).group_by(QueueVisit.queue)
    return {row[0]: tuple(row[1:]) for row in await session.execute(query)}


def _today(time_zone: str, now: float) -> Period:
    return Period(start_of_day(now, zone(time_zone)), now + 1)
