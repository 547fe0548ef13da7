"""Handshakes off the tick: a thread that owns the DTLS associations of all secure legs.

The core asks by ticket and finds what came of it in ``results``. What one peer, and all together, may have unfinished
is bounded; an unfinished one is given up after GIVE_UP_S.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass

from pbx.media.dtls import Association, Identity, Progress
from pbx.media.errors import DtlsError
from pbx.media.srtp import SrtpKeys
from pbx.sdp.protection import DtlsParameters

log = logging.getLogger(__name__)

GIVE_UP_S = 30.0
MAX_UNFINISHED = 512
MAX_UNFINISHED_OF_SOURCE = 128  # a whole office behind one address comes back at once after a power cut
MAX_WAITING = 4096


@dataclass(frozen=True, slots=True)
class Begin:
    ticket: int
    source: str
    expected: DtlsParameters
    is_client: bool


@dataclass(frozen=True, slots=True)
class Feed:
    ticket: int
    datagram: bytes


@dataclass(frozen=True, slots=True)
class Forget:
    ticket: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """``fault`` says why there will be no keys."""

    ticket: int
    datagrams: list[bytes]
    keys: SrtpKeys | None = None
    fault: str = ""
    is_closed: bool = False


@dataclass(slots=True)
class _Running:
    association: Association
    source: str
    give_up_at: float


class Handshakes:
    """``in_thread=False`` does everything at once, in the caller."""

    def __init__(self, in_thread: bool = True) -> None:
        self.identity = Identity()
        self.results: deque[Outcome] = deque()
        self.dropped = 0
        self._running: dict[int, _Running] = {}
        self._unfinished: dict[int, _Running] = {}
        self._sources: Counter[str] = Counter()
        self._jobs: queue.SimpleQueue[Begin | Feed | Forget | None] = queue.SimpleQueue()
        self._in_thread = in_thread
        if in_thread:
            self._thread = threading.Thread(target=self._run, name="handshakes", daemon=True)
            self._thread.start()

    def begin(self, job: Begin) -> None:
        """Start a handshake; a server's waits for the peer's first flight."""
        self._put(job)

    def feed(self, ticket: int, datagram: bytes) -> None:
        """A DTLS datagram of the peer; dropped when too many wait already."""
        if self._jobs.qsize() >= MAX_WAITING:
            self.dropped += 1
            return
        self._put(Feed(ticket, datagram))

    def forget(self, ticket: int) -> None:
        """Nothing more is wanted of this association."""
        self._put(Forget(ticket))

    def stop(self) -> None:
        if self._in_thread:
            self._jobs.put(None)
            self._thread.join(timeout=5)

    def _put(self, job: Begin | Feed | Forget) -> None:
        if self._in_thread:
            self._jobs.put(job)
        else:
            self._do(job)

    def _run(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=self._patience())
            except queue.Empty:
                self._wake(time.monotonic())
                continue
            if job is None:
                return
            try:
                self._do(job)
            except Exception:  # the thread serves every leg of the worker: one peer must not end it
                log.exception("handshake %d", job.ticket)
                self._fail(job.ticket, "internal error")
            self._wake(time.monotonic())

    def _patience(self) -> float | None:
        """Until the next retransmission or surrender; None when there is nothing unfinished."""
        moments = [
            min(running.give_up_at, running.association.deadline or running.give_up_at)
            for running in self._unfinished.values()
        ]
        return max(0.001, min(moments) - time.monotonic()) if moments else None

    def _do(self, job: Begin | Feed | Forget) -> None:
        match job:
            case Begin():
                self._begin(job)
            case Feed():
                running = self._running.get(job.ticket)
                if running is not None:
                    self._advance(job.ticket, running, job.datagram)
            case Forget():
                self._end(job.ticket)

    def _begin(self, job: Begin) -> None:
        if self._sources[job.source] >= MAX_UNFINISHED_OF_SOURCE or len(self._unfinished) >= MAX_UNFINISHED:
            self.results.append(Outcome(job.ticket, [], fault="too many unfinished handshakes"))
            return
        running = _Running(
            Association(self.identity, job.expected, job.is_client), job.source, time.monotonic() + GIVE_UP_S
        )
        self._running[job.ticket] = self._unfinished[job.ticket] = running
        self._sources[job.source] += 1
        self._advance(job.ticket, running, None)

    def _advance(self, ticket: int, running: _Running, datagram: bytes | None) -> None:
        association = running.association
        try:
            progress = association.begin() if datagram is None else association.take(datagram)
        except DtlsError as error:
            self._fail(ticket, str(error))
            return
        self._tell(ticket, progress)

    def _tell(self, ticket: int, progress: Progress) -> None:
        if progress.keys is not None:
            self._settle(ticket)
        if progress.datagrams or progress.keys is not None or progress.is_closed:
            self.results.append(Outcome(ticket, progress.datagrams, progress.keys, is_closed=progress.is_closed))

    def _settle(self, ticket: int) -> None:
        """No longer unfinished."""
        running = self._unfinished.pop(ticket, None)
        if running is not None:
            self._sources -= Counter({running.source: 1})

    def _wake(self, now: float) -> None:
        for ticket, running in list(self._unfinished.items()):
            association = running.association
            if now >= running.give_up_at:
                self._fail(ticket, "not finished in time")
            elif association.deadline is not None and now >= association.deadline:
                try:
                    self._tell(ticket, association.wake())
                except DtlsError as error:
                    self._fail(ticket, str(error))

    def _fail(self, ticket: int, fault: str) -> None:
        self._end(ticket)
        self.results.append(Outcome(ticket, [], fault=fault))

    def _end(self, ticket: int) -> None:
        self._settle(ticket)
        self._running.pop(ticket, None)
