"""`centralita restart`: the running server restarts its office at once and its exchange when it has drained."""

from __future__ import annotations

import os
import signal

from centralita.commands.faults import CommandError, settings_or_fault
from centralita.supervisor import pid_file


def restart() -> None:
    """Restart the running server's processes; calls that are up are finished first (30 s, then ended)."""
    file = pid_file(settings_or_fault())
    try:
        pid = int(file.read_text(encoding="ascii"))
        os.kill(pid, signal.SIGHUP)
    except (OSError, ValueError):
        raise CommandError(f"{file}: no server is running with this data directory; start one with: make run") from None
