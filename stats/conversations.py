"""Offers to people and their conversations, as the events tell them."""

from __future__ import annotations

from math import inf
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from stats.clock import local_hour
from stats.tables import CallFact, Conversation, Offer
from store.batch_rows import BatchRows
from store.event_log import seconds

TYPES = frozenset(
    {"call.ringing", "call.not_answered", "call.answered", "call.transferred", "call.parked", "call.ended"}
)


async def apply(session: AsyncSession, event: dict[str, Any], time_zone: ZoneInfo) -> None:
    """Take one event of TYPES."""
    at = seconds(event["at"])
    match event["type"]:
        case "call.ringing" if event["login"] is not None:
            BatchRows.of(session).add(
                Offer(
                    id=event["id"],
                    call_id=event["call_id"],
                    login=event["login"],
                    queue=event.get("queue"),
                    at=at,
                    local_hour=local_hour(at, time_zone),
                ),
            )
        case "call.not_answered" if event["login"] is not None:
            await _close_offer(session, event["call_id"], event["login"], event["cause"], at)
        case "call.answered":
            await _answered(session, event, at, time_zone)
        case "call.transferred":
            await _close(session, event["call_id"], at, transferred_by=event["by"])
        case "call.parked":
            await _close(session, event["call_id"], at)
        case "call.ended":
            await _close(session, event["call_id"], at, longest_s=event["talk_s"])
            for offer in await _open_offers(session, event["call_id"]):
                offer.outcome, offer.ring_s = "caller_left", at - offer.at


async def _answered(session: AsyncSession, event: dict[str, Any], at: float, time_zone: ZoneInfo) -> None:
    call_id, login = event["call_id"], event.get("login")
    rows = BatchRows.of(session)
    await _close(session, call_id, at, role="answered")
    hour = local_hour(at, time_zone)
    if login is not None:
        await _close_offer(session, call_id, login, "answered", at)
        rows.add(_conversation(event, "answered", login, at, hour))
    fact = await rows.get(CallFact, call_id)
    if fact is not None and fact.starter is not None and fact.answered_at is None:
        rows.add(_conversation({**event, "queue": None}, "dialled", fact.starter, at, hour))
    if fact is not None and fact.answered_at is None:
        fact.answered_at = at


def _conversation(event: dict[str, Any], role: str, login: str, at: float, hour: int) -> Conversation:
    return Conversation(
        id=event["id"],
        role=role,
        call_id=event["call_id"],
        login=login,
        queue=event.get("queue"),
        started_at=at,
        local_hour=hour,
        wrap_up_s=0.0,
        was_transferred=False,
    )


async def _close(
    session: AsyncSession,
    call_id: str,
    at: float,
    *,
    transferred_by: str | None = None,
    role: str | None = None,
    longest_s: float = inf,
) -> None:
    """End the conversations of a call; after a transfer only that of the person who transferred, if known.

    ``longest_s``: what the call knows of its length, which the clock may have been set in.
    """
    for conversation in await BatchRows.of(session).of_call(Conversation, call_id):
        if conversation.ended_at is not None or (role is not None and conversation.role != role):
            continue
        if transferred_by is not None:
            if conversation.login != transferred_by:
                continue
            conversation.was_transferred = True
        conversation.ended_at, conversation.talk_s = at, min(max(0.0, at - conversation.started_at), longest_s)


async def _open_offers(session: AsyncSession, call_id: str, login: str | None = None) -> list[Offer]:
    offers = await BatchRows.of(session).of_call(Offer, call_id)
    return [offer for offer in offers if offer.outcome is None and login in (None, offer.login)]


async def _close_offer(session: AsyncSession, call_id: str, login: str, outcome: str, at: float) -> None:
    for offer in await _open_offers(session, call_id, login):
        offer.outcome, offer.ring_s = outcome, max(0.0, at - offer.at)
