"""The calls behind a number of a report, as a filter of the call log."""

from __future__ import annotations

from typing import Any, Literal

from crm_bridge.dispositions import disposed_calls
from stats.clock import Period
from stats.counted import counted_calls

DISPOSED = "dispositions.calls"
Figure = Literal[
    "queues.offered",
    "queues.answered",
    "queues.abandoned",
    "queues.overflowed",
    "queues.callbacks",
    "agents.offered",
    "agents.missed",
    "agents.answered",
    "agents.dialled",
    "numbers.calls",
    "numbers.answered",
    "numbers.abandoned",
    "numbers.missed",
    "numbers.voicemail",
    "numbers.callback",
    "numbers.blocked",
    "numbers.busy",
    "numbers.failed",
    "menus.entered",
    "menus.abandoned",
    "menus.wrong",
    "menus.no_answer",
    "dispositions.calls",
]


def calls_of(figure: Figure, of: str | None, period: Period) -> Any:
    """The ids of the calls that a figure counts; ``of``: one row of the report, ``QUEUE/CODE`` of dispositions."""
    if figure == DISPOSED:
        queue, _, code = (of or "").partition("/")
        return disposed_calls(period.start, period.end, queue or None, code or None)
    return counted_calls(figure, of, period)
