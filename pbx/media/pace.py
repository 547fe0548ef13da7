"""When a worker wakes: as seldom as the delay allows, as each pass costs the same however few packets it finds.

A packet that comes just after a pass has looked waits for the next one, and for that one's work. So passes are further
apart while they are quick, closer together when there is much to do. Phases of the tick keep their own times.
"""

from __future__ import annotations

REACH_S = 0.0043  # a packet is on its way again after so long at the latest
LONGEST_S = 0.004
SHORTEST_S = 0.001
PHASE_S = 0.005
PHASES = 4
BEHIND_S = 0.1  # a worker that is late by more does not run after lost time
FORGET = 0.9  # of the longest recent pass, how much is remembered at the next one


class Pace:
    """Times in seconds of one monotonic clock."""

    def __init__(self, now: float) -> None:
        self._next_pass = self._next_phase = now
        self._number = 0
        self._work = 0.0
        self.skipped = 0
        self._lost_s = 0.0

    def restart(self, now: float) -> None:
        """Nothing was to be done for a while."""
        self._next_pass = self._next_phase = now

    def wait(self, now: float, ticking: bool) -> float:
        """How long to sleep; phases are waited for when ``ticking``, else they run when a pass comes by."""
        due = min(self._next_pass, self._next_phase) if ticking else self._next_pass
        return due - now

    def phase(self, now: float) -> tuple[int, float] | None:
        """The phase that is due and since when, if one is; each is told once."""
        due = self._next_phase
        if now < due:
            return None
        if now - due > BEHIND_S:
            self.skipped += int((now - due) / PHASE_S)
            self._lost_s = max(self._lost_s, now - due)
            due = now
        number = self._number
        self._next_phase = due + PHASE_S
        self._number = (number + 1) % PHASES
        return number, due

    def take_lost(self) -> float:
        """The longest time that had to be given up since the last call."""
        lost, self._lost_s = self._lost_s, 0.0
        return lost

    def passed(self, began: float, ended: float) -> None:
        """A pass took from ``began`` to ``ended``: the next one is due as its work is likely to allow."""
        self._work = max(ended - began, self._work * FORGET)
        self._next_pass = began + min(LONGEST_S, max(SHORTEST_S, REACH_S - self._work))
