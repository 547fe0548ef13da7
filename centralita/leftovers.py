"""Processes that a killed supervisor has left behind: found by what it wrote down, and ended before a new start.

A supervisor that dies by SIGKILL takes nobody along; its exchange drains and would hold the ports for half a minute.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

from config.settings import Settings

PATIENCE_S = 3.0
OURS = (b"centralita.exchange", b"centralita.office", b"centralita.media_worker")


def children_file(settings: Settings) -> Path:
    """Where the supervisor writes the names and process ids of its children, one per line."""
    return settings.data_dir / "run" / "children"


def write_children(settings: Settings, pids: dict[str, int]) -> None:
    """Write down who runs."""
    path = children_file(settings)
    aside = path.with_suffix(".new")
    aside.write_text("".join(f"{name} {pid}\n" for name, pid in pids.items()), encoding="ascii")
    aside.replace(path)


def running_children(settings: Settings) -> dict[str, int]:
    """Process ids by name, as the supervisor has written them down last."""
    try:
        lines = children_file(settings).read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    named = (line.rpartition(" ") for line in lines)
    return {name: int(pid) for name, _, pid in named if pid.isdigit()}


def end_leftovers(settings: Settings) -> list[int]:
    """SIGTERM, then SIGKILL after 3 s, to what is left of an earlier start with this data directory; which ids."""
    left = [pid for pid in running_children(settings).values() if _is_ours(pid, settings)]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + PATIENCE_S
        while any(_is_ours(pid, settings) for pid in left) and time.monotonic() < deadline:
            time.sleep(0.02)
    return left


def _is_ours(pid: int, settings: Settings) -> bool:
    """Whether this process still is one of ours: an id may have been given to somebody else since."""
    process = Path("/proc") / str(pid)
    try:
        command = (process / "cmdline").read_bytes()
        environment = (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
    directory = f"CENTRALITA_DATA_DIR={settings.data_dir}".encode()
    return any(name in command for name in OURS) and directory in environment
