"""How far the import of a block list has come, for whoever waits for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

State = Literal["idle", "reading", "writing", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Progress:
    """``rows``: of the file, once it is read; ``done``: those that are written."""

    state: State = "idle"
    rows: int = 0
    done: int = 0
    by: str | None = None


class BlocklistImports:
    """One import at a time; the progress of the last one stays until the next."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.progress = Progress()
