"""The writing side: events are appended from the loop, and a thread of its own writes and syncs them in groups.

Whatever arrives while a group is on its way to the disk makes up the next group, so a slow disk costs one group of
delay and never the loop's time. Nothing is lost silently: what cannot be written waits in bounded memory, with an
alarm.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from pbx.journal.errors import JournalError, JournalUnusableError
from pbx.journal.format import MAGIC, Position, encode, parse, segment_path, segments

GROUP_WINDOW_S = 0.01
SEGMENT_BYTES = 32 << 20
MAX_PENDING_BYTES = 64 << 20
RETRY_S = 1.0

OnCommitted = Callable[[Position], None]
OnAlarm = Callable[[str, str], None]


class Journal:
    """Appends event documents; ``on_committed`` and ``on_alarm`` are called on the loop that ``start`` ran in.

    ``on_alarm(what, detail)``: ``journal_stalled`` (the disk is full or broken; events wait in memory),
    ``journal_recovered``, ``journal_overflow`` (memory is full too; events are lost), ``journal_damaged``.
    """

    def __init__(
        self,
        folder: Path,
        *,
        on_committed: OnCommitted | None = None,
        on_alarm: OnAlarm | None = None,
        segment_bytes: int = SEGMENT_BYTES,
        max_pending_bytes: int = MAX_PENDING_BYTES,
        group_window_s: float = GROUP_WINDOW_S,
        retry_s: float = RETRY_S,
    ) -> None:
        self._folder = folder
        self._on_committed = on_committed
        self._on_alarm = on_alarm
        self._segment_bytes = segment_bytes
        self._max_pending = max_pending_bytes
        self._window_s = group_window_s
        self._retry_s = retry_s
        self._condition = threading.Condition()
        self._pending: deque[bytes] = deque()
        self._pending_bytes = 0
        self._appended = self._durable = 0
        self._flushes: list[tuple[int, asyncio.Future[None]]] = []
        self._closing = False
        self._stalled = False
        self._overflows = False
        self.lost = 0  # events that found neither disk nor memory, since the start
        self._file: BinaryIO | None = None
        self._segment = self._first_segment = 0
        self._offset = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def first_segment(self) -> int:
        """The segment that ``start`` began: what lies before it, earlier processes have written."""
        return self._first_segment

    async def start(self) -> None:
        """Mend what a crash left behind and begin a new segment. Raises JournalUnusableError."""
        self._loop = asyncio.get_running_loop()
        try:
            torn = await asyncio.to_thread(self._open)
        except OSError as error:
            raise JournalUnusableError(f"journal {self._folder} cannot be written: {error.strerror or error}") from None
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()
        if torn:
            self._alarm("journal_damaged", f"{torn} bytes of an unfinished event were cut off after a crash")

    def append(self, document: dict[str, Any]) -> None:
        """Take one event for the next group; returns at once. Raises FrameError for what is not a document."""
        frame = encode(document)
        with self._condition:
            if self._closing:
                raise JournalError("the journal is closed")
            if self._pending_bytes + len(frame) > self._max_pending:
                self.lost += 1
                is_first, self._overflows = not self._overflows, True
            else:
                is_first = False
                self._appended += 1
                self._pending.append(frame)
                self._pending_bytes += len(frame)
                if len(self._pending) == 1:  # else the thread knows already; waking it costs both of them a turn
                    self._condition.notify()
        if is_first:
            self._alarm("journal_overflow", "the disk takes nothing and memory is full: events are being lost")

    async def flush(self) -> None:
        """Wait until everything appended so far is on the disk."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._condition:
            if self._durable >= self._appended:
                return
            self._flushes.append((self._appended, future))
        await future

    async def close(self, timeout_s: float = 5.0) -> None:
        """Write what is left and end the thread; gives up after ``timeout_s`` on a disk that takes nothing."""
        with self._condition:
            self._closing = True
            self._condition.notify()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, timeout_s)

    # --- in the thread ------------------------------------------------------------------------------------------------

    def _open(self) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        numbers = segments(self._folder)
        torn = _mend(segment_path(self._folder, numbers[-1])) if numbers else 0
        # The clock makes numbers rise even after the folder was emptied, so an old position never fits a new segment.
        self._begin(max(numbers[-1] + 1 if numbers else 1, int(time.time())))
        self._first_segment = self._segment
        return torn

    def _begin(self, number: int) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        while segment_path(self._folder, number).exists():
            number += 1
        path = segment_path(self._folder, number)
        file = path.open("xb", buffering=0)
        try:
            file.write(MAGIC)
            os.fsync(file.fileno())
        except OSError:
            file.close()
            path.unlink(missing_ok=True)
            raise
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self._file, self._segment, self._offset = file, number, len(MAGIC)

    def _run(self) -> None:
        while True:
            with self._condition:
                while not self._pending and not self._closing:
                    self._condition.wait()
                if not self._pending:
                    break
                if not self._closing:
                    self._condition.wait_for(lambda: self._closing, self._window_s)
                group = list(self._pending)
                is_last_try = self._closing
            if self._write(group):
                self._committed(group)
            elif is_last_try:
                break
            else:
                with self._condition:
                    self._condition.wait_for(lambda: self._closing, self._retry_s)
        if self._file is not None:
            self._file.close()

    def _write(self, group: list[bytes]) -> bool:
        try:
            if self._file is None or self._offset >= self._segment_bytes:
                self._begin(max(self._segment + 1, int(time.time())))
            assert self._file is not None
            block = memoryview(b"".join(group))
            written = 0
            while written < len(block):
                written += self._file.write(block[written:])
            os.fsync(self._file.fileno())
        except OSError as error:
            self._abandon(error)
            return False
        self._offset += len(block)
        if self._stalled:
            self._stalled = False
            self._alarm("journal_recovered", "the disk takes events again")
        return True

    def _abandon(self, error: OSError) -> None:
        """After a failed write nobody knows what is on the disk (a failed fsync is not retried): a new segment follows.

        The whole group is written again; an event that is then there twice is recognised by its id.
        """
        if self._file is not None:
            try:
                os.ftruncate(self._file.fileno(), self._offset)
            except OSError:
                pass  # The reader steps over an unfinished frame at the end of a segment.
            self._file.close()
            self._file = None
        if not self._stalled:
            self._stalled = True
            self._alarm("journal_stalled", f"{self._folder}: {error.strerror or error}; events wait in memory")

    def _committed(self, group: list[bytes]) -> None:
        position = Position(self._segment, self._offset)
        with self._condition:
            for frame in group:
                self._pending.popleft()
                self._pending_bytes -= len(frame)
            self._durable += len(group)
            self._overflows = False
            reached = [future for upto, future in self._flushes if upto <= self._durable]
            self._flushes = [waiting for waiting in self._flushes if waiting[0] > self._durable]
        self._on_loop(_resolve, reached)
        if self._on_committed is not None:
            self._on_loop(self._on_committed, position)

    def _alarm(self, what: str, detail: str) -> None:
        if self._on_alarm is not None:
            self._on_loop(self._on_alarm, what, detail)

    def _on_loop(self, call: Callable[..., None], *arguments: object) -> None:
        assert self._loop is not None
        try:
            self._loop.call_soon_threadsafe(call, *arguments)
        except RuntimeError:
            pass  # The loop has ended before the journal: nobody is left to be told.


def _resolve(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)


def _mend(file: Path) -> int:
    """Cut an unfinished frame off the end of the last segment; its bytes are kept beside it. Returns how many."""
    content = file.read_bytes()
    whole = len(MAGIC)
    if content.startswith(MAGIC):
        while True:
            try:
                parsed = parse(content[whole:], whole, 10_000)
            except JournalError:
                break
            if parsed.offset == whole:
                break
            whole = parsed.offset
    else:
        whole = 0
    torn = content[whole:]
    if torn:
        file.with_suffix(".torn").write_bytes(torn)
        os.truncate(file, whole)
    return len(torn)
