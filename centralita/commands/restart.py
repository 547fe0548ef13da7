"""`centralita restart`: the running server restarts its office at once and its exchange when it has drained."""

from __future__ import annotations

import os
import signal

from centralita.commands.faults import CommandError, settings_or_fault
from centralita.ownership import running_pid


def restart() -> None:
    """Restart the running server's processes; calls that are up are finished first (30 s, then ended)."""
    settings = settings_or_fault()
    pid = running_pid(settings)
    if pid is None:
        raise CommandError(
            f"{settings.data_dir}: no server is running with this data directory; start one with: make run"
        )
    os.kill(pid, signal.SIGHUP)
