"""The times that SIP counts by, in seconds (RFC 3261 §17.1.1.1, table 4)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """``t1``: round-trip estimate; ``t2``: longest retransmission interval; ``t4``: how long a message may live."""

    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0
    trying_after: float = 0.2  # a UAS sends 100 by then (§17.2.1)
    provisional_refresh: float = 60.0  # a ringing UAS repeats its 1xx (§13.3.1.1)
    offer_answer_within: float = 10.0  # our owner answers a re-INVITE or UPDATE by then, or it gets 500

    @property
    def give_up(self) -> float:
        """64*T1: timers B, F, H, J, L, M."""
        return 64 * self.t1


class Deadlines:
    """Named points in time of one state machine."""

    __slots__ = ("_at",)

    def __init__(self) -> None:
        self._at: dict[str, float] = {}

    def set(self, name: str, at: float) -> None:
        self._at[name] = at

    def clear(self, *names: str) -> None:
        for name in names:
            self._at.pop(name, None)

    def clear_all(self) -> None:
        self._at.clear()

    def __contains__(self, name: str) -> bool:
        return name in self._at

    @property
    def next(self) -> float | None:
        """The earliest; None when nothing is set."""
        return min(self._at.values()) if self._at else None

    def due(self, now: float) -> list[str]:
        """Those that have come, earliest first; they are cleared."""
        if not self._at:
            return []
        names = sorted((name for name, at in self._at.items() if at <= now), key=self._at.__getitem__)
        for name in names:
            del self._at[name]
        return names
