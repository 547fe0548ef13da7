"""How long agents are in which state."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from stats.clock import local_hour, pieces
from stats.tables import AgentNow, AgentTime, Conversation
from store.batch_rows import BatchRows
from store.event_log import seconds

TYPES = frozenset({"agent.state"})
_LAST_CONVERSATION = (
    select(Conversation)
    .where(Conversation.login == bindparam("login"), Conversation.started_at <= bindparam("before"))
    .order_by(Conversation.started_at.desc())
    .limit(1)
)
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
        last = await _last_conversation(session, now.login, now.since)
        if last is not None:
            last.wrap_up_s += at - now.since


async def _last_conversation(session: AsyncSession, login: str, before: float) -> Conversation | None:
    for conversation in reversed(BatchRows.of(session).added(Conversation)):
        # Events come in the order of their times: what this batch has added is newer than what the table holds.
        if conversation.login == login and conversation.started_at <= before:
            return conversation
    with session.no_autoflush:
        return await session.scalar(_LAST_CONVERSATION, {"login": login, "before": before})
