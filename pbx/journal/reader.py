"""The reading side: follows the segments from a position on, in whatever process, while they are being written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pbx.journal.errors import FrameError
from pbx.journal.format import MAGIC, MAX_PAYLOAD, Position, parse, segment_path, segments

READ_BYTES = 1 << 20


class JournalReader:
    """Reads event documents with the position behind each. Blocks on the disk: for a thread, or a tool."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.damaged = 0  # frames that could not be read and were stepped over

    def read(self, position: tuple[int, int] | None, limit: int = 500) -> tuple[list[dict[str, Any]], Position | None]:
        """Up to ``limit`` documents from ``position`` on (None: from the beginning) and the position behind them.

        No documents and the same position: nothing new. The position is None while there is no journal.
        """
        at = Position(*position) if position is not None else None
        while True:
            # Looked up before reading: if a later segment exists already, this one will not grow any more.
            numbers = segments(self._folder)
            here = _start(numbers, at)
            if here is None:
                return [], at
            documents, behind, is_whole = self._read(here, limit)
            later = [number for number in numbers if number > here.segment]
            if documents or not later:
                return documents, behind
            if is_whole or behind == here:
                at = Position(later[0], len(MAGIC))
            else:
                at = behind

    def newest(self) -> Position | None:
        """The end of the journal as it is now."""
        numbers = segments(self._folder)
        if not numbers:
            return None
        return Position(numbers[-1], segment_path(self._folder, numbers[-1]).stat().st_size)

    def _read(self, at: Position, limit: int) -> tuple[list[dict[str, Any]], Position, bool]:
        """Documents, the position behind them, and whether the file has nothing after that."""
        try:
            with segment_path(self._folder, at.segment).open("rb") as file:
                file.seek(at.offset)
                chunk = file.read(READ_BYTES)
                parsed = parse(chunk, at.offset, limit)
                if parsed.offset == at.offset and len(chunk) == READ_BYTES:
                    chunk += file.read(MAX_PAYLOAD)
                    parsed = parse(chunk, at.offset, limit)
        except FileNotFoundError:
            return [], at, True
        except FrameError:
            self.damaged += 1
            return [], at, True
        self.damaged += parsed.damaged
        behind = Position(at.segment, parsed.offset)
        return parsed.documents, behind, parsed.offset == at.offset + len(chunk)


def _start(numbers: list[int], at: Position | None) -> Position | None:
    """Where to read: the position if its segment is there, else the next one, else the oldest (a journal wiped)."""
    if not numbers:
        return None
    if at is not None and at.segment in numbers:
        return Position(at.segment, max(at.offset, len(MAGIC)))
    later = [number for number in numbers if at is not None and number > at.segment]
    return Position((later or numbers)[0], len(MAGIC))


def prune(folder: Path, applied: tuple[int, int], keep: int = 2) -> int:
    """Delete segments that lie wholly before ``applied``, except the last ``keep`` of them; returns how many."""
    done = [number for number in segments(folder) if number < applied[0]]
    old = done[: max(0, len(done) - keep)]
    for number in old:
        segment_path(folder, number).unlink(missing_ok=True)
    return len(old)
