"""The facts that conditions of CRM rules test, as JSON Schema: what a form offers, and what a rule may name."""

from __future__ import annotations

from pydantic.config import JsonDict
from pydantic.types import JsonValue

_ENDED = ("call.ended",)
_OVER = ("call.ended", "call.missed")
_OF_CALLS = ("call.answered", "call.ended", "call.missed")
_RESULTS = ("answered", "abandoned", "missed", "cancelled", "voicemail", "callback", "blocked", "busy", "failed")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _text(on: tuple[str, ...] = (), names: str | None = None, **more: JsonValue) -> JsonDict:
    own: JsonDict = {"x-names": names} if names is not None else {}
    return {"type": "string", **more, **own, **({"x-on": [*on]} if on else {})}


def _number(on: tuple[str, ...] = (), **more: JsonValue) -> JsonDict:
    return {**_text(on, None, **more), "type": "integer"}


FACTS: JsonDict = {
    "known": {"type": "boolean"},
    "vip": {"type": "boolean"},
    "number": _text(),
    "name": _text(),
    "company": _text(),
    "language": _text(enum=["es", "en"]),
    "responsible": _text(names="login"),
    "repeat": {"type": "boolean"},
    "direction": _text(_OF_CALLS, enum=["inbound", "outbound", "internal"]),
    "dialled": _text(),
    "queue": _text(names="queue"),
    "agent": _text(names="login"),
    "result": _text(_OVER, enum=[*_RESULTS]),
    "reason": _text(_OVER),
    "wait_s": _number(_OVER, minimum=0),
    "talk_s": _number(_ENDED, minimum=0),
    "transfers": _number(_OVER, minimum=0),
    "rating": _number(_ENDED, minimum=0),
    "source": _text(("lead.created",)),
    "box": _text(("voicemail.ready",), names="company_voicemail"),
    "hour": _number(minimum=0, maximum=23),
    "weekday": _text(enum=[*_WEEKDAYS]),
}
"""By name. ``x-on``: the events that know it, all where it is missing; ``x-names``: the field of the company
whose values it has."""
