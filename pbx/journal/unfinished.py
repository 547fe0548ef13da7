"""Calls that an exchange did not live to end: found in its journal by the next one.

An exchange that is killed says nothing of the calls it had. Their callers are gone with it, and a call log in which
they ran for ever would be wrong; so the next exchange ends them, at the moment of the last event in the journal or of
the last sound in their recording, whichever came later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pbx.events import CallEnded, Result
from pbx.journal.format import Position
from pbx.journal.reader import JournalReader

REASON = "exchange_died"
BATCH = 1000


@dataclass(slots=True)
class _Open:
    started: dict[str, Any]
    started_at: float
    joined_at: float | None = None
    answered_at: float | None = None
    kind: str = ""
    queue: str | None = None
    login: str | None = None
    name: str | None = None
    transfers: int = 0
    rating: int | None = None
    recording_id: str | None = None
    spool: str = ""
    has_message: bool = False


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A call that was cut off ``at`` (seconds since the epoch) and the event that ends it."""

    call_id: str
    at: float
    ended: CallEnded


def unfinished_calls(folder: Path, before: int) -> list[Unfinished]:
    """The calls begun and not ended in the segments before number ``before``. Blocks: for a thread."""
    reader = JournalReader(folder)
    calls: dict[str, _Open] = {}
    position: Position | None = None
    died_at = 0.0
    while True:
        documents, behind = reader.read(position, BATCH)
        if not documents or behind is None or behind.segment >= before:
            break
        position = behind
        for document in documents:
            died_at = max(died_at, _seconds(document))
            _take(calls, document)
    found = []
    for call_id, call in calls.items():
        at = max(died_at, _last_sound(call.spool))
        found.append(Unfinished(call_id, at, _ended(call, at)))
    return found


def _last_sound(spool: str) -> float:
    try:
        return Path(spool).stat().st_mtime if spool else 0.0
    except OSError:
        return 0.0


def _take(calls: dict[str, _Open], event: dict[str, Any]) -> None:
    call_id, type_ = event.get("call_id"), event.get("type")
    if not isinstance(call_id, str):
        return
    if type_ == "call.started":
        calls[call_id] = _Open(event, _seconds(event), login=None)
        return
    call = calls.get(call_id)
    if call is None:
        return
    match type_:
        case "call.ended":
            del calls[call_id]
        case "call.identified":
            call.name = event["name"]
        case "queue.joined":
            call.queue, call.joined_at = event["queue"], _seconds(event)
        case "call.answered":
            call.login, call.queue = event["login"] or call.login, event["queue"] or call.queue
            if call.answered_at is None:
                call.answered_at, call.kind = _seconds(event), event["kind"]
        case "call.transferred":
            call.transfers += 1
        case "call.rated":
            call.rating = event["rating"]
        case "recording.started":
            call.recording_id, call.spool = call.recording_id or event["recording_id"], event["path"]
        case "voicemail.recorded":
            call.has_message = True


def _ended(call: _Open, at: float) -> CallEnded:
    waited_from = call.started_at if call.joined_at is None else call.joined_at
    return CallEnded(
        result=_result(call),
        reason=REASON,
        ended_by="system",
        direction=call.started["direction"],
        caller_number=call.started["caller_number"],
        caller_name=call.name or call.started["caller_name"],
        dialled=call.started["dialled"],
        queue=call.queue,
        login=call.login,
        trunk=call.started["trunk"],
        started_at=call.started_at,
        answered_at=call.answered_at,
        wait_s=max(0.0, (at if call.answered_at is None else call.answered_at) - waited_from),
        talk_s=0.0 if call.answered_at is None else max(0.0, at - call.answered_at),
        transfers=call.transfers,
        rating=call.rating,
        recording_id=call.recording_id,
    )


def _result(call: _Open) -> Result:
    if call.has_message:
        return "voicemail"
    if call.rating is not None:
        return "answered"
    if call.answered_at is None:
        return "failed"
    return "missed" if call.kind == "voicemail" else "answered"


def _seconds(event: dict[str, Any]) -> float:
    try:
        return datetime.fromisoformat(event["at"]).timestamp()
    except (KeyError, TypeError, ValueError):
        return 0.0
