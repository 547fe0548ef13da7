"""Digits of one leg: telephone-event (RFC 4733) and INFO are the same key press when both bring it."""

from __future__ import annotations

from typing import Literal

Source = Literal["rtp", "info"]

SAME_PRESS_S = 1.0
KEYS = frozenset("0123456789*#ABCD")
MAX_UNMATCHED = 32


class DigitFilter:
    """Lets each key press through once, whichever way it comes first."""

    def __init__(self) -> None:
        self._unmatched: list[tuple[str, Source, float]] = []

    def accept(self, digit: str, source: Source, now: float) -> bool:
        """Whether ``digit`` is a new key press: a key, and not the twin of one that the other way brought."""
        if digit not in KEYS:
            return False
        while self._unmatched and now - self._unmatched[0][2] > SAME_PRESS_S:
            del self._unmatched[0]
        for press in self._unmatched:
            if press[0] == digit and press[1] != source:
                self._unmatched.remove(press)
                return False
        self._unmatched.append((digit, source, now))
        del self._unmatched[:-MAX_UNMATCHED]
        return True
