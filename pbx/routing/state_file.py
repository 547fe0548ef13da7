"""A small JSON document on disk that follows what is in memory, written off the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pbx.routing.errors import StateFileError

GATHER_S = 0.1


class StateFile:
    """Saves the newest document and only that: changes that come while one is being written are written together.

    The file is replaced as a whole (write aside, fsync, rename), so that a crash leaves the old or the new one.
    ``on_fault`` hears of a disk that does not take it; the document stays in memory and the next change tries again.
    """

    def __init__(self, path: Path, on_fault: Callable[[str], None] | None = None, gather_s: float = GATHER_S) -> None:
        self._path = path
        self._on_fault = on_fault
        self._gather_s = gather_s
        self._pending: Any = None
        self._has_pending = False
        self._hurry = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None

    def load(self) -> Any:
        """The saved document, or None when there is none. Blocks. Raises StateFileError."""
        try:
            return json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise StateFileError(f"{self._path}: cannot be read: {error}") from None

    def save(self, document: Any) -> None:
        """Write ``document``, soon. Call from the event loop."""
        self._pending = document
        self._has_pending = True
        if self._writer is None or self._writer.done():
            self._writer = asyncio.get_running_loop().create_task(self._write_pending())

    async def close(self) -> None:
        """Have the newest document on disk before going on."""
        self._hurry.set()
        if self._writer is not None:
            await self._writer
        await self._write_pending()

    async def _write_pending(self) -> None:
        while self._has_pending:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._gather_s):
                    await self._hurry.wait()
            document = self._pending
            self._has_pending = False
            try:
                await asyncio.to_thread(self._write, json.dumps(document))
            except OSError as error:
                if not self._has_pending:
                    self._pending, self._has_pending = document, True
                if self._on_fault is not None:
                    self._on_fault(f"{self._path}: cannot be written: {error}")
                return

    def _write(self, text: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        aside = self._path.with_suffix(self._path.suffix + ".new")
        with aside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._path)
