"""The API's resources, one file each; OPERATIONS is all of them together."""

from __future__ import annotations

from web.api.operation import Operation
from web.api.resources import agents, call_control, calls, events, notes, queues, session

OPERATIONS: tuple[Operation, ...] = (
    *session.OPERATIONS,
    *calls.OPERATIONS,
    *call_control.OPERATIONS,
    *notes.OPERATIONS,
    *queues.OPERATIONS,
    *agents.OPERATIONS,
    *events.OPERATIONS,
)
