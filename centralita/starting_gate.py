"""Where new processes wait, their modules loaded, until the database has been prepared for them.

Loading takes most of a start; it goes on while the database is looked at.
"""

from __future__ import annotations

import os
import sys

VARIABLE = "CENTRALITA_STARTING_GATE"


class StartingGate:
    """The supervisor's side: one pipe for all who wait."""

    def __init__(self) -> None:
        self.waiting_end, self._end = os.pipe()

    def environment(self) -> dict[str, str]:
        """For a process that is to wait; ``waiting_end`` must be passed on to it."""
        return {VARIABLE: str(self.waiting_end)}

    def open(self, processes: int) -> None:
        """Let that many processes go on."""
        os.write(self._end, bytes(processes))

    def close(self) -> None:
        """Nobody waits any more; who still does, ends."""
        os.close(self._end)
        os.close(self.waiting_end)


def wait() -> None:
    """Return when the gate is open, at once when there is none. Raises SystemExit when nobody will open it."""
    end = os.environ.pop(VARIABLE, None)
    if end is None:
        return
    is_open = os.read(int(end), 1)
    os.close(int(end))
    if not is_open:
        sys.exit(0)
