"""`centralita restart`: the running server restarts its office and its exchange; calls in which two talk go on."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import typer

from centralita.commands.faults import CommandError, settings_or_fault
from centralita.healthz import is_healthy
from centralita.leftovers import running_children
from centralita.ownership import running_pid
from config.settings import Settings

READY_WITHIN_S = 60.0
LOOK_S = 0.1
RESTARTED = ("exchange", "office")


def restart() -> None:
    """Restart the running server's processes; calls in which two talk go on, others have 10 s to get there.

    Returns when calls are taken again.
    """
    settings = settings_or_fault()
    pid = running_pid(settings)
    if pid is None:
        raise CommandError(
            f"{settings.data_dir}: no server is running with this data directory; start one with: make run"
        )
    before, began = running_children(settings), time.monotonic()
    os.kill(pid, signal.SIGHUP)
    asyncio.run(_wait(settings, pid, before))
    typer.echo(f"Restarted; calls are taken again after {time.monotonic() - began:.1f} s.")


async def _wait(settings: Settings, pid: int, before: dict[str, int]) -> None:
    """Return when others than ``before`` take calls. Raises CommandError."""
    ends = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < ends:
        now = running_children(settings)
        if all(now.get(name) not in {None, before.get(name)} for name in RESTARTED) and await is_healthy(settings):
            return
        if running_pid(settings) != pid:
            raise CommandError(f"{settings.data_dir}: the server has ended instead; its log says why")
        await asyncio.sleep(LOOK_S)
    raise CommandError(
        f"{settings.data_dir}: no calls are taken {READY_WITHIN_S:.0f} s after the restart; the server's log says why"
    )
