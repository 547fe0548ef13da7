"""What the fields of a command can be: each check gives the value as the command takes it, or raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pbx.routing.forwards import CHOICES, KINDS

MAX_TEXT = 512
MIN_TIME, MAX_TIME = 1e9, 1e11  # from 2001 on
MAX_SECONDS = 86400
MAX_POSITION = 10_000


def text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT:
        raise ValueError(f"allowed: a text of 1 to {MAX_TEXT} characters")
    return value


def optional_text(value: object) -> str | None:
    return None if value is None else text(value)


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("allowed: true or false")
    return value


def epoch_seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not MIN_TIME < value < MAX_TIME:
        raise TypeError("allowed: seconds since the epoch")
    return float(value)


def seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MAX_SECONDS:
        raise TypeError(f"allowed: seconds, up to {MAX_SECONDS}")
    return float(value)


def position(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_POSITION:
        raise TypeError(f"allowed: a place from 1 to {MAX_POSITION}")
    return value


def own(value: object) -> dict[str, Any]:
    allowed = (*KINDS, *CHOICES)
    if not isinstance(value, dict) or not set(value) <= set(allowed):
        raise TypeError(f"allowed: {', '.join(allowed)} with their values")
    return value


def optional(check: Callable[[object], object]) -> Callable[[object], object]:
    return lambda value: None if value is None else check(value)


def one_of(*allowed: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        if value not in allowed:
            raise ValueError(f"allowed: {', '.join(allowed)}")
        return str(value)

    return check
