"""What a look has found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["good", "warning", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do."""

    level: Level
    text: str


def good(text: str) -> Finding:
    return Finding("good", text)


def warning(text: str) -> Finding:
    return Finding("warning", text)


def fault(text: str) -> Finding:
    return Finding("fault", text)
