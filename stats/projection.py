"""The projection of the event stream onto what reports count."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from stats import agent_time, campaigns, conversations, visits
from stats.clock import zone
from stats.tables import TABLES
from store.batch_rows import BatchRows

# Calls come last: a conversation looks at whether its call was answered before this event.
_PARTS = (
    (visits.QUEUE_TYPES, visits.apply_to_queues),
    (visits.MENU_TYPES, visits.apply_to_menus),
    (conversations.TYPES, conversations.apply),
    (agent_time.TYPES, agent_time.apply),
    (campaigns.TYPES, campaigns.apply),
    (visits.CALL_TYPES, visits.apply_to_calls),
)


class Statistics:
    """Projection onto the ``stat_…`` tables; hours and days are those of ``time_zone`` (IANA).

    After a change of the company's time zone the projection is to be rebuilt.
    """

    name = "statistics"
    types: frozenset[str] = frozenset().union(*(types for types, _ in _PARTS))

    def __init__(self, time_zone: str) -> None:
        """Raises PeriodError for an unknown time zone."""
        self._zone = zone(time_zone)

    async def apply(self, session: AsyncSession, event: dict[str, Any]) -> None:
        """Count one event."""
        for types, apply in _PARTS:
            if event["type"] in types:
                await apply(session, event, self._zone)

    async def reset(self, session: AsyncSession) -> None:
        """Forget everything counted."""
        for table in TABLES:
            await session.execute(delete(table))
        BatchRows.forget(session)
