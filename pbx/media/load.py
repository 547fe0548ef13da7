"""How much a worker has to do, by what it measures itself, and whether it can take more.

A worker tells once a second what share of that second its passes took and by how much the latest of its ticks was
late. One bad second is the machine's hiccup; several in a row are too many calls, and new ones are refused before those
that are there suffer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pbx.media.messages import MediaAlarm

BUSY = 0.85  # share of a second at which a worker is full
LATE_S = 0.025  # what a tick may be late: the jitter buffer of a telephone bears a little more
SECONDS = 3  # in a row
EASED = 0.8  # of both limits, for as long, and it takes calls again


class Load:
    """Fed by ``add`` once a second; ``is_over`` while the worker is to get no new call."""

    def __init__(self) -> None:
        self.busy = 0.0
        self.late_s = 0.0
        self.is_over = False
        self._in_a_row = 0

    def add(self, busy: float, late_s: float) -> bool:
        """What the last second was like; True when ``is_over`` has changed by it."""
        self.busy, self.late_s = busy, late_s
        if self.is_over:
            against = busy < BUSY * EASED and late_s < LATE_S * EASED
        else:
            against = busy >= BUSY or late_s >= LATE_S
        self._in_a_row = self._in_a_row + 1 if against else 0
        if self._in_a_row < SECONDS:
            return False
        self._in_a_row = 0
        self.is_over = not self.is_over
        return True

    def told(self, worker: int, payload: Any, alarm: Callable[[MediaAlarm], None]) -> None:
        """What the worker with that number says of its last second; ``alarm`` hears when it is full, or no longer."""
        try:
            changed = self.add(float(payload["busy"]), float(payload["late_s"]))
        except (KeyError, TypeError, ValueError) as error:
            alarm(MediaAlarm("bad_event", f"worker {worker}: load: {error}"))
            return
        if changed:
            detail = f"media worker {worker}: busy {self.busy:.0%}, ticks up to {self.late_s * 1000:.0f} ms late"
            alarm(MediaAlarm("media_overloaded" if self.is_over else "media_load_eased", detail))
