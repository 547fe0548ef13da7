"""The last state of each agent, so that a restart of the exchange sends nobody home."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.batch_rows import BatchRows
from store.event_log import seconds
from store.projector import READER, Journal
from store.tables import AgentStateRow, JournalPosition

EVENT = "agent.state"
MAX_UNAPPLIED = 100_000


@dataclass(frozen=True, slots=True)
class AgentStateRecord:
    """``state`` as the agent's last ``agent.state`` event said, ``since`` then (seconds since the epoch)."""

    login: str
    state: str
    reason: str | None
    since: float


class AgentStates:
    """Projection of ``agent.state`` onto the last one of each agent."""

    name = "agent_states"
    types = frozenset({EVENT})

    async def apply(self, session: AsyncSession, event: dict[str, Any]) -> None:
        """Keep the newest."""
        rows = BatchRows.of(session)
        row = await rows.get(AgentStateRow, event["login"])
        if row is None:
            row = rows.add(AgentStateRow(login=event["login"]), key=event["login"])
        row.state, row.reason = event["state"], event.get("reason")
        row.since, row.event_id = seconds(event["at"]), event["id"]

    async def reset(self, session: AsyncSession) -> None:
        """Forget every agent."""
        await session.execute(delete(AgentStateRow))
        BatchRows.forget(session)


async def load_agent_states(session: AsyncSession, journal: Journal | None = None) -> dict[str, AgentStateRecord]:
    """Each agent's last state, by login: from the database, and from what the journal holds beyond it."""
    states = {
        row.login: AgentStateRecord(row.login, row.state, row.reason, row.since)
        for row in await session.scalars(select(AgentStateRow))
    }
    if journal is None:
        return states
    row = await session.get(JournalPosition, READER)
    position = None if row is None else (row.segment, row.offset)
    for _ in range(MAX_UNAPPLIED // 1000):
        events, position = await asyncio.to_thread(journal.read, position, 1000)
        if not events:
            break
        for event in events:
            if event["type"] == EVENT:
                login = event["login"]
                states[login] = AgentStateRecord(login, event["state"], event.get("reason"), seconds(event["at"]))
    return states
