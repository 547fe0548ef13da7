"""How long agents are in which state."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from stats.clock import local_hour, pieces
from stats.tables import AgentNow, AgentTime, Conversation
from store.batch_rows import BatchRows
from store.event_log import seconds

TYPES = frozenset({"agent.state"})
MAX_SPAN_S = 31 * 86400.0


async def apply(session: AsyncSession, event: dict[str, Any], time_zone: ZoneInfo) -> None:
    """End the agent's last state and begin the next."""
    at, login = seconds(event["at"]), event["login"]
    rows = BatchRows.of(session)
    now = await rows.get(AgentNow, login)
    if now is not None:
        await _end(session, now, at, time_zone)
    else:
        now = rows.add(AgentNow(login=login), key=login)
    now.span, now.state, now.reason, now.since = event["id"], event["state"], event.get("reason"), at


async def _end(session: AsyncSession, now: AgentNow, at: float, time_zone: ZoneInfo) -> None:
    # Nobody asks how long somebody was not at work, and a state left on for months says only that.
    if now.state != "offline" and at - now.since <= MAX_SPAN_S:
        for start, end in pieces(now.since, at, time_zone):
            session.add(
                AgentTime(
                    span=now.span,
                    at=start,
                    login=now.login,
                    local_hour=local_hour(start, time_zone),
                    state=now.state,
                    reason=now.reason,
                    seconds=end - start,
                )
            )
    if now.state == "wrap_up":
        last = await session.scalar(
            select(Conversation)
            .where(Conversation.login == now.login, Conversation.started_at <= now.since)
            .order_by(Conversation.started_at.desc())
            .limit(1)
        )
        if last is not None:
            last.wrap_up_s += at - now.since
