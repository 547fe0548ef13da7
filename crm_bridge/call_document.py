"""A call as the API and the CRM show it."""

from __future__ import annotations

from typing import Any

from crm_bridge.tables import Call, CallLink
from crm_bridge.times import rfc3339, rfc3339_or_none


def call_document(call: Call, link: CallLink | None, now: float) -> dict[str, Any]:
    """The call as the API shows it; what still runs (wait, talk) is as of ``now``."""
    waiting_since = call.queued_at or call.started_at
    wait_s = call.wait_s if call.wait_s is not None else max(0.0, now - waiting_since)
    talk_s = call.talk_s
    if talk_s is None:
        talk_s = max(0.0, now - call.answered_at) if call.answered_at is not None else 0.0
    return {
        "id": call.id,
        "direction": call.direction,
        "caller": {
            "number": call.caller_number,
            "name": call.caller_name,
            "contact_id": call.contact_id or (link.contact_id if link else None),
            "lead_id": link.lead_id if link else None,
        },
        "dialled": call.dialled,
        "queue": call.queue,
        "agent": call.agent,
        "trunk": call.trunk,
        "started_at": rfc3339(call.started_at),
        "answered_at": rfc3339_or_none(call.answered_at),
        "ended_at": rfc3339_or_none(call.ended_at),
        "wait_s": round(wait_s, 3),
        "talk_s": round(talk_s, 3),
        "result": call.result,
        "reason": call.reason,
        "ended_by": call.ended_by,
        "transfers": call.transfers,
        "rating": call.rating,
        "recording_id": call.recording_id,
        "campaign": call.campaign,
    }
