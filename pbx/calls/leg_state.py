"""How far a leg has come."""

from __future__ import annotations

from enum import Enum


class LegState(Enum):
    """A leg's life: each state follows the one before it, GONE from anywhere."""

    WAITING = "waiting"  # not answered yet, either way
    UP = "up"
    GONE = "gone"
