"""Today so far: what a wall shows beside the numbers that the exchange knows by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from stats.agent_time import MAX_SPAN_S
from stats.clock import Period, start_of_day, zone
from stats.reports import agent_report, queue_report
from stats.tables import AgentNow


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


@dataclass(frozen=True, slots=True)
class AgentToday:
    """An agent since midnight; ``occupancy`` counts the state that still lasts, too."""

    agent: str
    answered: int = 0
    missed: int = 0
    talk_total_s: float = 0.0
    occupancy: float | None = None


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


async def agents_today(
    session: AsyncSession, logins: Sequence[str], time_zone: str, now: float
) -> dict[str, AgentToday]:
    """Each agent of ``logins`` since midnight."""
    today = _today(time_zone, now)
    rows = {row.agent: row for row in await agent_report(session, today)}
    states = {row.login: row for row in await session.scalars(select(AgentNow))}
    result = {}
    for login in logins:
        row, state = rows.get(login), states.get(login)
        available = row.available_total_s if row is not None else 0.0
        busy = row.signed_in_total_s - available - row.break_total_s if row is not None else 0.0
        if state is not None and now - state.since <= MAX_SPAN_S:
            lasting = max(0.0, now - max(state.since, today.start))
            available += lasting if state.state in ("available", "ringing") else 0.0
            busy += lasting if state.state in ("talking", "wrap_up") else 0.0
        whole = available + busy
        result[login] = AgentToday(
            login,
            row.answered if row is not None else 0,
            row.missed if row is not None else 0,
            row.talk_total_s if row is not None else 0.0,
            round(busy / whole, 4) if whole else None,
        )
    return result


def _today(time_zone: str, now: float) -> Period:
    return Period(start_of_day(now, zone(time_zone)), now + 1)
