"""`centralita restart`: the running server restarts its office and its exchange; calls in which two talk go on."""

from __future__ import annotations

import os
import signal

from centralita.commands.faults import CommandError, settings_or_fault
from centralita.ownership import running_pid


def restart() -> None:
    """Restart the running server's processes; calls in which two talk go on, others have 10 s to get there."""
    settings = settings_or_fault()
    pid = running_pid(settings)
    if pid is None:
        raise CommandError(
            f"{settings.data_dir}: no server is running with this data directory; start one with: make run"
        )
    os.kill(pid, signal.SIGHUP)
