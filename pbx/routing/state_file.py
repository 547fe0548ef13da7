"""A small JSON document on disk that follows what is in memory, written off the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import structlog

from pbx.background import beside
from pbx.routing.errors import StateFileError

log = structlog.get_logger()

GATHER_S = 0.5
SHARE = 20
"""Between two writes passes this many times what the last one took: a large document is written less often."""

Render = Callable[[], Any]


class StateFile:
    """Keeps ``path`` equal to what ``document`` says: changes that come close together are written together.

    ``document`` is called on the event loop and only takes hold of what there is to say; what it returns is called in a
    thread and says it, as JSON types. The file is replaced as a whole (write aside, fsync, rename), so that a crash
    leaves the old or the new one. ``on_fault`` hears of a disk that does not take it; the next change tries again.
    """

    def __init__(
        self,
        path: Path,
        document: Callable[[], Render],
        on_fault: Callable[[str], None] | None = None,
        gather_s: float = GATHER_S,
    ) -> None:
        self._path = path
        self._document = document
        self._on_fault = on_fault
        self._gather_s = gather_s
        self._is_behind = False
        self._took_s = 0.0
        self._hurry = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None

    def load(self) -> Any:
        """The saved document, or None when there is none. Blocks. Raises StateFileError when it cannot be read.

        A file that is no JSON document is put aside: it must not keep the exchange from starting.
        """
        try:
            return json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError as error:
            aside = self._path.with_suffix(self._path.suffix + ".broken")
            self._path.replace(aside)
            log.warning("state_file_put_aside", path=str(self._path), aside=str(aside), error=str(error))
            return None
        except OSError as error:
            raise StateFileError(f"{self._path}: cannot be read: {error.strerror or error}") from None

    def changed(self) -> None:
        """Write the document, soon. Call from the event loop."""
        self._is_behind = True
        if self._writer is None or self._writer.done():
            self._writer = beside(self._catch_up(), "state_file", path=str(self._path))

    async def close(self) -> None:
        """Have the newest document on disk before going on."""
        self._hurry.set()
        if self._writer is not None:
            await self._writer
        await self._catch_up()

    async def _catch_up(self) -> None:
        loop = asyncio.get_running_loop()
        while self._is_behind:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(self._gather_s, SHARE * self._took_s)):
                    await self._hurry.wait()
            self._is_behind = False
            began = loop.time()
            try:
                await asyncio.to_thread(self._write, self._document())
                self._took_s = loop.time() - began
            except OSError as error:
                self._is_behind = True
                if self._on_fault is not None:
                    self._on_fault(f"{self._path}: cannot be written: {error}")
                return

    def _write(self, render: Render) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        aside = self._path.with_suffix(self._path.suffix + ".new")
        with aside.open("w", encoding="utf-8") as file:
            file.writelines(_pieces(render()))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._path)


def _pieces(document: Any) -> Iterator[str]:
    """The document as JSON, entry by entry of its lists: between two of them the loop has its turn."""
    if not isinstance(document, dict):
        yield json.dumps(document)
        return
    opening = "{"
    for name, value in document.items():
        yield f"{opening}{json.dumps(str(name))}: "
        opening = ", "
        if isinstance(value, list) and value:
            for index, entry in enumerate(value):
                yield ("[" if index == 0 else ", ") + json.dumps(entry)
            yield "]"
        else:
            yield json.dumps(value)
    yield "}" if document else "{}"
