"""The call log: what happened to each caller, as a view of the event stream, live calls included.

A row holds what the events have said so far; applying one twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.batch_dossiers import BatchDossiers
from crm_bridge.tables import Call, CallParticipant
from crm_bridge.times import epoch, rfc3339
from pbx.routing import numbers
from store.batch_rows import BatchRows

Document = dict[str, Any]

# Whose call an event makes it: the event's field that holds the login, and in which part.
PARTS: dict[str, tuple[str, str]] = {
    "call.ringing": ("login", "rung"),
    "call.answered": ("login", "connected"),
    "call.picked_up": ("by", "connected"),
    "call.retrieved": ("by", "connected"),
    "call.ended": ("login", "connected"),
}

CLOCK_SET_S = 2.0  # what the exchange takes for a clock that was set during the call


def _identified(call: Call, event: Document) -> None:
    call.contact_id = event["contact_id"]
    if call.direction == "inbound":
        call.caller_name = event["name"]


def _queued(call: Call, event: Document) -> None:
    call.queue = event["queue"]
    call.queued_at = epoch(event["at"])


def _answered(call: Call, event: Document) -> None:
    at = epoch(event["at"])
    if call.answered_at is None:
        call.answered_at = at
        call.wait_s = max(0.0, at - (call.queued_at or call.started_at))
    call.agent = event["login"] or call.agent
    call.queue = event["queue"] or call.queue
    call.trunk = event.get("trunk") or call.trunk


def _transferred(call: Call, event: Document) -> None:
    # The only change that counts instead of setting: one that came before must not count again.
    if event["id"] > call.event_id:
        call.transfers += 1


def _rated(call: Call, event: Document) -> None:
    call.rating = event["rating"]


def _recording(call: Call, event: Document) -> None:
    call.recording_id = call.recording_id or event["recording_id"]


def _of_campaign(call: Call, event: Document) -> None:
    call.campaign = event["campaign"]


def _ended(call: Call, event: Document) -> None:
    call.ended_at = epoch(event["at"])
    if abs(event["started_at"] - call.started_at) > CLOCK_SET_S:
        call.started_at = event["started_at"]  # by the clock that the end is told by
    call.answered_at = event["answered_at"]
    call.result, call.reason, call.ended_by = event["result"], event["reason"], event["ended_by"]
    call.queue = event["queue"]
    call.agent = event["login"]
    call.trunk = event["trunk"]
    call.wait_s, call.talk_s = event["wait_s"], event["talk_s"]
    call.transfers, call.rating = event["transfers"], event["rating"]
    call.recording_id = event["recording_id"] or call.recording_id


CHANGES: dict[str, Callable[[Call, Document], None]] = {
    "call.identified": _identified,
    "queue.joined": _queued,
    "call.answered": _answered,
    "call.transferred": _transferred,
    "call.rated": _rated,
    "recording.started": _recording,
    "campaign.attempted": _of_campaign,
    "call.ended": _ended,
}


class CallLog:
    """The projection behind ``GET /calls``. ``country`` reads numbers that came without a country code."""

    name = "call_log"
    types = frozenset({"call.started", *PARTS, *CHANGES})

    def __init__(self, country: str) -> None:
        self._country = country

    async def apply(self, session: AsyncSession, event: Document) -> None:
        """Apply one event document; events of other kinds are left alone."""
        call_id, type_ = event.get("call_id"), event["type"]
        if call_id is None:
            return
        call = await BatchRows.of(session).get(Call, call_id)
        if call is None:
            if type_ == "call.started":
                await self._start(session, call_id, event)
            elif type_ == "call.ended":
                call = await self._start(session, call_id, event | {"at": rfc3339(event["started_at"])})
                await self._change(session, call, event)
            return
        await self._change(session, call, event)
        call.event_id = max(call.event_id, event["id"])

    async def reset(self, session: AsyncSession) -> None:
        """Empty the call log; what the lead rules linked to a call stays (``call_link``)."""
        await session.execute(delete(Call))
        await session.execute(delete(CallParticipant))
        BatchRows.forget(session)

    async def _start(self, session: AsyncSession, call_id: str, event: Document) -> Call:
        direction, dialled, number = event["direction"], event["dialled"], event["caller_number"]
        if direction == "outbound":
            dialled = numbers.normalise(dialled, self._country) or dialled
        outside = {"inbound": number, "outbound": dialled}.get(direction)
        contact = await BatchDossiers.of(session).contact(outside) if outside else None
        name = contact.name if contact is not None and direction == "inbound" else event["caller_name"]
        call = Call(
            id=call_id,
            direction=direction,
            caller_number=number,
            caller_name=name,
            contact_id=contact.id if contact is not None else None,
            dialled=dialled,
            agent=event["login"] if direction == "outbound" else None,
            trunk=event["trunk"],
            started_at=epoch(event["at"]),
            transfers=0,
            event_id=event["id"],
        )
        BatchRows.of(session).add(call, key=call_id)
        await _take_part(session, call, event["login"], "connected")
        return call

    async def _change(self, session: AsyncSession, call: Call, event: Document) -> None:
        change = CHANGES.get(event["type"])
        started_at = call.started_at
        if change is not None:
            change(call, event)
        if call.started_at != started_at:
            # Whose calls these are is paged by the same clock.
            for row in await BatchRows.of(session).of_call(CallParticipant, call.id):
                row.started_at = call.started_at
        part = PARTS.get(event["type"])
        if part is not None:
            field, kind = part
            await _take_part(session, call, event.get(field), kind)


async def _take_part(session: AsyncSession, call: Call, login: str | None, part: str) -> None:
    if login is None:
        return
    rows = BatchRows.of(session)
    row = next((row for row in await rows.of_call(CallParticipant, call.id) if row.login == login), None)
    if row is None:
        rows.add(CallParticipant(call_id=call.id, login=login, part=part, started_at=call.started_at))
    elif part == "connected":
        row.part = part
