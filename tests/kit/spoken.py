"""What servers have had spoken before: each that starts with an empty folder would speak for seconds of the processor.

The product names what it speaks and makes by its content (``ivr.prompts.library``), so a file of one is right for all.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

MADE = (".spoken", ".music")


class Spoken:
    """A folder that servers on this disk share by hard links; one process may lend while another takes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def lend(self, prompts: Path) -> None:
        """Put all that is there into a server's folder of prompts."""
        for name in MADE:
            _link(self._folder / name, prompts / name)

    def take(self, prompts: Path) -> None:
        """Keep what a server has made."""
        for name in MADE:
            _link(prompts / name, self._folder / name)


def _link(source: Path, target: Path) -> None:
    if not source.is_dir():
        return
    target.mkdir(parents=True, exist_ok=True)
    for file in source.glob("[!.]*.wav"):
        with contextlib.suppress(FileExistsError, FileNotFoundError):
            os.link(file, target / file.name)
