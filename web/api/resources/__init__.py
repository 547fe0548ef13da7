"""The API's resources, one file each; OPERATIONS is all of them together."""

from __future__ import annotations

from web.api.operation import Operation
from web.api.resources import (
    activities,
    agents,
    blocklist,
    call_control,
    calls,
    companies,
    contacts,
    deals,
    events,
    leads,
    lookup,
    notes,
    queues,
    recordings,
    reports,
    session,
    sip,
    tasks,
    voicemails,
)

OPERATIONS: tuple[Operation, ...] = (
    *session.OPERATIONS,
    *calls.OPERATIONS,
    *call_control.OPERATIONS,
    *notes.OPERATIONS,
    *queues.OPERATIONS,
    *agents.OPERATIONS,
    *recordings.OPERATIONS,
    *voicemails.OPERATIONS,
    *contacts.OPERATIONS,
    *companies.OPERATIONS,
    *leads.OPERATIONS,
    *deals.OPERATIONS,
    *tasks.OPERATIONS,
    *activities.OPERATIONS,
    *lookup.OPERATIONS,
    *blocklist.OPERATIONS,
    *reports.OPERATIONS,
    *events.OPERATIONS,
    *sip.OPERATIONS,
)
