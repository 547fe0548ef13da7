"""The two sides of a connection. Whoever is brought in by a transfer takes the side of who left."""

from __future__ import annotations

from enum import Enum


class Side(Enum):
    CALLER = "caller"
    CALLEE = "callee"

    @property
    def other(self) -> Side:
        return Side.CALLEE if self is Side.CALLER else Side.CALLER
