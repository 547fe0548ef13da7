"""Every call that is over becomes one activity, with its result, its recording and what it was about."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.tables import Activity, Call, CallLink
from crm_bridge.times import epoch
from pbx.events import ActivityLogged
from pbx.ids import new_id
from store.batch_rows import BatchRows
from store.event_log import append


class Activities:
    """The reaction to a call's end. It runs after the lead rules, whose links it takes over."""

    name = "activities"
    types = frozenset({"call.ended"})

    async def apply(self, session: AsyncSession, event: dict[str, Any]) -> None:
        """Log the call; one that is logged already is brought up to date."""
        rows = BatchRows.of(session)
        call = await rows.get(Call, event["call_id"])
        if call is None:
            return
        link = await rows.get(CallLink, call.id)
        activity = next(iter(await rows.of_call(Activity, call.id)), None)
        now = epoch(event["at"])
        is_new = activity is None
        if activity is None:
            activity = Activity(id=new_id(), kind="call", call_id=call.id, subject="", text="", created_at=now)
            rows.add(activity)
        activity.at = call.started_at
        activity.direction = call.direction
        activity.number = call.dialled if call.direction == "outbound" else call.caller_number
        activity.result = event["result"]
        activity.recording_id = call.recording_id
        activity.talk_s = event["talk_s"]
        activity.responsible = event["login"]
        activity.contact_id = (link.contact_id if link is not None else None) or call.contact_id
        activity.lead_id = link.lead_id if link is not None else None
        activity.deal_id = link.deal_id if link is not None else None
        activity.updated_at = now
        if is_new:
            await _announce(session, activity, now)


async def _announce(session: AsyncSession, activity: Activity, now: float) -> None:
    body = ActivityLogged(
        activity_id=activity.id,
        result=activity.result or "",
        responsible=activity.responsible,
        recording_id=activity.recording_id,
        contact_id=activity.contact_id,
        lead_id=activity.lead_id,
        deal_id=activity.deal_id,
    )
    await append(session, body.type, activity.call_id, asdict(body), id=new_id(), at=now)
