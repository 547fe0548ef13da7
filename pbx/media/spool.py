"""Spool files, written by a thread, by offset: what could not be written is silence, not a shift of what follows."""

from __future__ import annotations

import errno
import os
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

MAX_BACKLOG = 64 << 20  # bytes waiting for a slow disk; beyond that blocks are given up


@dataclass(frozen=True, slots=True)
class SpoolClosed:
    """The file is complete: ``length`` bytes, of which ``missing`` (from, to) could not be written."""

    recording: str
    length: int
    missing: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class SpoolFault:
    """Writing fails: ``what`` is ``disk_full`` or ``spool_error``. Told once until writing works again."""

    what: str
    detail: str


@dataclass(slots=True)
class _File:
    path: str
    resume_at: int = 0
    descriptor: int = -1
    missing: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Write:
    recording: str
    offset: int
    block: bytes


@dataclass(frozen=True, slots=True)
class _Open:
    recording: str
    path: str
    resume_at: int


@dataclass(frozen=True, slots=True)
class _Close:
    recording: str
    length: int


class Spooler:
    """Takes blocks and never blocks; ``reports`` collects what happened."""

    def __init__(self, in_thread: bool = True) -> None:
        self.reports: deque[SpoolClosed | SpoolFault] = deque()
        self._files: dict[str, _File] = {}
        self._jobs: queue.SimpleQueue[_Open | _Write | _Close | None] = queue.SimpleQueue()
        self._backlog = 0
        self._lock = threading.Lock()
        self._failing = False
        self._in_thread = in_thread
        if in_thread:
            self._thread = threading.Thread(target=self._run, name="spooler", daemon=True)
            self._thread.start()

    def open(self, recording: str, path: str, resume_at: int = 0) -> None:
        """Begin a file, or continue one of a worker that has died: what it lacks up to ``resume_at`` is missing."""
        self._put(_Open(recording, path, resume_at))

    def write(self, recording: str, offset: int, block: bytes) -> bool:
        """Write ``block`` at ``offset``; False when the disk is too far behind and the block is given up."""
        with self._lock:
            if self._backlog + len(block) > MAX_BACKLOG:
                return False
            self._backlog += len(block)
        self._put(_Write(recording, offset, block))
        return True

    def close(self, recording: str, length: int) -> None:
        """The recording is over and has ``length`` bytes; SpoolClosed follows."""
        self._put(_Close(recording, length))

    def stop(self) -> None:
        """Write what is left and end."""
        if self._in_thread:
            self._jobs.put(None)
            self._thread.join(timeout=20)
        for file in self._files.values():
            if file.descriptor >= 0:
                os.close(file.descriptor)
        self._files.clear()

    def _put(self, job: _Open | _Write | _Close) -> None:
        if self._in_thread:
            self._jobs.put(job)
        else:
            self._do(job)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._do(job)

    def _do(self, job: _Open | _Write | _Close) -> None:
        match job:
            case _Open():
                self._files[job.recording] = file = _File(job.path, job.resume_at)
                self._attempt(lambda: self._create(file))
            case _Write():
                with self._lock:
                    self._backlog -= len(job.block)
                if (target := self._files.get(job.recording)) is not None:
                    self._write_block(target, job)
            case _Close():
                closed = self._files.pop(job.recording, None)
                if closed is not None:
                    self._finish(closed, job)

    def _create(self, file: _File) -> None:
        Path(file.path).parent.mkdir(parents=True, exist_ok=True)
        anew = os.O_TRUNC if not file.resume_at else 0
        file.descriptor = os.open(file.path, os.O_WRONLY | os.O_CREAT | anew | os.O_CLOEXEC, 0o600)
        if file.resume_at:
            written = os.fstat(file.descriptor).st_size
            if written < file.resume_at:
                file.missing.append((written, file.resume_at))
            file.resume_at = 0

    def _write_block(self, file: _File, job: _Write) -> None:
        def attempt() -> None:
            if file.descriptor < 0:
                self._create(file)
            at = 0
            while at < len(job.block):
                at += os.pwrite(file.descriptor, job.block[at:], job.offset + at)

        if not self._attempt(attempt):
            file.missing.append((job.offset, job.offset + len(job.block)))

    def _finish(self, file: _File, job: _Close) -> None:
        def attempt() -> None:
            if file.descriptor < 0:
                self._create(file)
            os.ftruncate(file.descriptor, job.length)

        self._attempt(attempt)
        if file.descriptor >= 0:
            os.close(file.descriptor)
        missing = tuple((start, min(end, job.length)) for start, end in _joined(file.missing) if start < job.length)
        self.reports.append(SpoolClosed(job.recording, job.length, missing))

    def _attempt(self, action: Callable[[], None]) -> bool:
        try:
            action()
        except OSError as error:
            if not self._failing:
                full = error.errno in {errno.ENOSPC, errno.EDQUOT}
                self.reports.append(SpoolFault("disk_full" if full else "spool_error", str(error)))
            self._failing = True
            return False
        self._failing = False
        return True


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Neighbouring spans as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
