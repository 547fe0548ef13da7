"""The events of one inbound call as the exchange emits them, from the menu to the end of the wrap-up."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator

from pbx import events
from pbx.events import Body, Event

AGENTS = (("ana", "101"), ("luis", "102"), ("carmen", "103"))
KNOWN = "+34600111222"
DIALLED = "+34910000001"


def call_events(number: int, start: float, chance: random.Random) -> list[Event]:
    """Call ``number``, begun at ``start`` (seconds since the epoch); every other caller is a stranger."""
    call_id = _id(start, chance)
    caller = KNOWN if number % 2 else f"+3461{number:07d}"
    login, extension = AGENTS[number % len(AGENTS)]
    return [
        Event(_id(start + after, chance), start + after, call_id if of_call else None, body)
        for after, of_call, body in _story(call_id, start, caller, login, extension)
    ]


def _story(call_id: str, start: float, caller: str, login: str, extension: str) -> Iterator[tuple[float, bool, Body]]:
    recording, spool = call_id[:-1] + "0", f"spool/{call_id}.pcm"
    yield 0.0, True, events.CallStarted("inbound", caller, None, DIALLED, "carrier")
    if caller == KNOWN:
        yield 0.01, True, events.CallIdentified("0190a0a0-0000-7000-8000-000000000001", "Elena Vidal")
    yield 0.02, True, events.MenuEntered("main", "es")
    yield 0.6, True, events.MenuChoice("main", "main", "1", "option")
    yield 0.61, True, events.MenuLeft("main", "main", "queue:sales")
    yield 0.62, True, events.QueueJoined("sales", 1)
    yield 0.63, False, events.AgentStateChanged(login, "ringing", "available", "call")
    yield 0.64, True, events.ScreenPop([login], caller, DIALLED, "sales", {"number": caller, "contact": None})
    yield 0.65, True, events.CallRinging(login, extension, "sales")
    yield 1.5, True, events.QueueLeft("sales", "answered", 0.88, login)
    yield 1.5, True, events.CallAnswered("person", login, extension, "sales", 0.88)
    yield 1.51, False, events.AgentStateChanged(login, "talking", "ringing", "call")
    yield 1.52, True, events.RecordingStarted(recording, spool)
    yield 4.5, False, events.AgentStateChanged(login, "wrap_up", "talking", "call", until=start + 14.5)
    yield 4.5, True, events.CallQuality("caller", "pcma", 150, 0, 0.0, 1.2, 4.4)
    yield 4.51, True, events.CallQuality("agent", "pcma", 150, 0, 0.0, 1.1, 4.4)
    yield 4.51, True, events.RecordingFinished(recording, spool, 3.0, [])
    yield 4.52, True, _ended(start, caller, login, recording)
    yield 6.0, False, events.AgentStateChanged(login, "available", "wrap_up", "wrap_up_over")


def _ended(start: float, caller: str, login: str, recording: str) -> Body:
    return events.CallEnded(
        result="answered",
        reason="hang_up",
        ended_by="caller",
        direction="inbound",
        caller_number=caller,
        caller_name=None,
        dialled=DIALLED,
        queue="sales",
        login=login,
        trunk="carrier",
        started_at=start,
        answered_at=start + 1.5,
        wait_s=0.88,
        talk_s=3.0,
        transfers=0,
        recording_id=recording,
    )


def _id(at: float, chance: random.Random) -> str:
    """A UUIDv7 of that moment (RFC 9562 §5.7)."""
    value = (round(at * 1000) << 80) | (7 << 76) | (chance.getrandbits(12) << 64) | (2 << 62) | chance.getrandbits(62)
    return str(uuid.UUID(int=value))
