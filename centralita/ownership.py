"""One server per data directory: who serves it holds a lock on the file with its process id.

The lock ends with the process, however that ends; an id in a file that was left behind may be anybody's by now.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from config.settings import Settings


def pid_file(settings: Settings) -> Path:
    """Where a running server leaves its process id."""
    return settings.data_dir / "run" / "centralita.pid"


@contextlib.contextmanager
def owning(settings: Settings) -> Iterator[None]:
    """Own the data directory. Raises BlockingIOError while another server does."""
    path = pid_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def running_pid(settings: Settings) -> int | None:
    """Process id of the server that runs with this data directory, if one does."""
    try:
        with pid_file(settings).open(encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read())
    except (OSError, ValueError):
        pass
    return None
