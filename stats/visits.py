"""Callers in queues and in menus, and the calls themselves."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from stats.clock import local_hour
from stats.tables import CallbackAsked, CallFact, MenuKey, MenuVisit, QueueVisit
from store.batch_rows import BatchRows
from store.event_log import seconds

QUEUE_TYPES = frozenset({"queue.joined", "queue.left", "callback.requested", "callback.ended", "call.ended"})
MENU_TYPES = frozenset({"menu.entered", "menu.choice", "menu.left", "call.ended"})
CALL_TYPES = frozenset({"call.started", "call.rated", "call.ended"})
ABANDONED = "abandoned"


async def apply_to_queues(session: AsyncSession, event: dict[str, Any], time_zone: ZoneInfo) -> None:
    """Take one event of QUEUE_TYPES."""
    at, call_id = seconds(event["at"]), event["call_id"]
    match event["type"]:
        case "queue.joined":
            BatchRows.of(session).add(
                QueueVisit(
                    id=event["id"],
                    call_id=call_id,
                    queue=event["queue"],
                    joined_at=at,
                    local_hour=local_hour(at, time_zone),
                ),
            )
        case "queue.left":
            for visit in await _waiting(session, call_id, event["queue"]):
                visit.left_at, visit.cause = at, event["cause"]
                visit.wait_s, visit.login = event["wait_s"], event.get("login")
        case "callback.requested":
            session.add(
                CallbackAsked(
                    id=event["id"],
                    call_id=call_id,
                    callback_id=event["callback_id"],
                    queue=event["queue"],
                    at=at,
                    local_hour=local_hour(at, time_zone),
                    attempts=0,
                )
            )
        case "callback.ended":
            # What was asked for in this batch is written first: the query flushes.
            asked = select(CallbackAsked).where(CallbackAsked.callback_id == event["callback_id"])
            for row in await session.scalars(asked):
                row.result, row.login = event["result"], event["login"]
                row.attempts, row.wait_s = event["attempts"], event["wait_s"]
        case "call.ended":
            for visit in await _waiting(session, call_id):
                visit.left_at, visit.wait_s = at, max(0.0, at - visit.joined_at)
                visit.cause = ABANDONED if event["result"] == ABANDONED else "ended"


async def _waiting(session: AsyncSession, call_id: str, queue: str | None = None) -> list[QueueVisit]:
    visits = await BatchRows.of(session).of_call(QueueVisit, call_id)
    return [visit for visit in visits if visit.left_at is None and queue in (None, visit.queue)]


async def apply_to_menus(session: AsyncSession, event: dict[str, Any], time_zone: ZoneInfo) -> None:
    """Take one event of MENU_TYPES."""
    at, call_id = seconds(event["at"]), event["call_id"]
    rows = BatchRows.of(session)
    if event["type"] == "menu.entered":
        rows.add(
            MenuVisit(
                id=event["id"],
                call_id=call_id,
                menu=event["menu"],
                entered_at=at,
                local_hour=local_hour(at, time_zone),
            ),
        )
        return
    if event["type"] == "menu.choice":
        session.add(
            MenuKey(
                id=event["id"],
                call_id=call_id,
                menu=event["menu"],
                node=event["node"],
                keys=event["keys"][:64],
                outcome=event["outcome"],
                at=at,
                local_hour=local_hour(at, time_zone),
            )
        )
    for visit in await rows.of_call(MenuVisit, call_id):
        if visit.left_at is not None:
            continue
        if event["type"] == "call.ended":
            visit.left_at, visit.left_to = at, ABANDONED
        elif visit.menu == event["menu"]:
            visit.last_node = event["node"]
            if event["type"] == "menu.left":
                visit.left_at, visit.left_to = at, event["to"][:128]


async def apply_to_calls(session: AsyncSession, event: dict[str, Any], time_zone: ZoneInfo) -> None:
    """Take one event of CALL_TYPES."""
    rows = BatchRows.of(session)
    fact = await rows.get(CallFact, event["call_id"])
    match event["type"]:
        case "call.started" if fact is None:
            at = seconds(event["at"])
            rows.add(
                CallFact(
                    call_id=event["call_id"],
                    direction=event["direction"],
                    dialled=event["dialled"][:128],
                    starter=event.get("login"),
                    trunk=event.get("trunk"),
                    started_at=at,
                    local_hour=local_hour(at, time_zone),
                    transfers=0,
                ),
                key=event["call_id"],
            )
        case "call.rated" if fact is not None:
            fact.rating = event["rating"]
        case "call.ended":
            if fact is None:
                fact = rows.add(CallFact(call_id=event["call_id"]), key=event["call_id"])
            _end(fact, event, time_zone)


def _end(fact: CallFact, event: dict[str, Any], time_zone: ZoneInfo) -> None:
    fact.direction, fact.dialled = event["direction"], event["dialled"][:128]
    fact.queue, fact.login, fact.trunk = event["queue"], event["login"], event["trunk"]
    fact.started_at = event["started_at"]
    fact.local_hour = local_hour(fact.started_at, time_zone)
    fact.answered_at, fact.ended_at = event["answered_at"], seconds(event["at"])
    fact.wait_s, fact.talk_s = event["wait_s"], event["talk_s"]
    fact.result, fact.transfers = event["result"], event["transfers"]
    fact.rating = event["rating"] if event["rating"] is not None else fact.rating
