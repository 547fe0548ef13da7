"""Why somebody who was rung did not answer, and how that is told to the caller: one table each way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pbx.events import Result

Cause = Literal["answered", "busy", "declined", "no_answer", "unreachable", "failed"]

# From what is worth most to the caller to what is worth least: a fork of many is as busy as its busiest branch.
_PRECEDENCE: tuple[Cause, ...] = ("busy", "declined", "no_answer", "failed", "unreachable")

UNHEARD: frozenset[Cause] = frozenset({"no_answer", "unreachable", "failed"})
"""How devices fail whose person may not know of the call yet."""

_CAUSES: dict[int, Cause] = {486: "busy", 600: "busy", 603: "declined", 607: "declined"}
_RANG_OUT = frozenset({408, 480, 487})
_STATUS: dict[Cause, int] = {"busy": 486, "declined": 603, "no_answer": 480, "unreachable": 480}
_RESULT: dict[Cause, Result] = {"busy": "busy", "declined": "missed", "no_answer": "missed", "failed": "failed"}


def cause_of(status: int, rang: bool, outside: bool) -> Cause:
    """What a final response means; ``rang``: a 18x had come before; ``outside``: a trunk, not a device, says so."""
    if status in _CAUSES:
        return _CAUSES[status]
    if status in _RANG_OUT:
        return "no_answer" if rang else ("failed" if outside else "unreachable")
    return "failed" if outside else "unreachable"


def worst(causes: Iterable[tuple[Cause, int]]) -> tuple[Cause, int]:
    """The outcome of a fork in which nobody answered: the most telling cause and its status."""
    return min(causes, key=lambda outcome: _PRECEDENCE.index(outcome[0]), default=("unreachable", 480))


def status_for_caller(cause: Cause, status: int) -> int:
    """The final response to a caller whose call nobody took (RFC 3261 §16.7: a 6xx of one branch is not passed on)."""
    if cause in _STATUS:
        return _STATUS[cause]
    return status if 400 <= status < 600 and status not in {401, 407, 481, 491} else 503


def result_for_log(cause: Cause) -> Result:
    """The call's result when this is how it ended."""
    return _RESULT.get(cause, "failed")


def reason_for_log(cause: Cause, status: int) -> str:
    """The call's reason when this is how it ended: ``busy``, ``no_answer`` … or ``sip_503``."""
    return f"sip_{status}" if cause == "failed" else cause
