"""Speech processes fed from a queue: what is wanted now goes before what may be wanted later."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from ivr.errors import SpeechError
from pbx.background import beside

MAX_WAITING = 5000
JOB_TIMEOUT_S = 30.0
WORKER = (sys.executable, "-m", "ivr.prompts.worker")
IDLE_S = 5.0
MAX_FAILURES = 3
"""After so many failures of the process in a row, what waits is given up: calls go on without it."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Job:
    """One sound to make: ``kind`` ``speak`` (text, voice), ``music``, ``convert`` (source)."""

    kind: str
    path: Path
    text: str = ""
    voice: str = ""
    source: str = ""
    soon: bool = False
    done: asyncio.Future[float] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def line(self, number: int) -> bytes:
        """As the speech process reads it."""
        document = {"id": number, "kind": self.kind, "path": str(self.path), "text": self.text, "voice": self.voice}
        return json.dumps({**document, "source": self.source, "soon": self.soon}).encode() + b"\n"


class Speaker:
    """Up to ``processes`` speech processes, started when there is something to do, ended when there is nothing."""

    def __init__(self, processes: int = 2, command: Sequence[str] = WORKER) -> None:
        self._processes = processes
        self._command = command
        self._soon: deque[Job] = deque()
        self._later: deque[Job] = deque()
        self._wanted = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count(1)

    def want(self, job: Job, *, soon: bool = False) -> asyncio.Future[float]:
        """Put a job into the queue; the seconds of sound made, or SpeechError."""
        if len(self._soon) + len(self._later) >= MAX_WAITING:
            job.done.set_exception(SpeechError(f"more than {MAX_WAITING} texts wait to be spoken"))
            return job.done
        job.soon = soon
        (self._soon if soon else self._later).append(job)
        self._wanted.set()
        if len(self._tasks) < min(self._processes, len(self._soon) + len(self._later)):
            task = beside(self._work(), "speaker")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return job.done

    async def stop(self) -> None:
        """End the processes; what waits is not spoken."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for job in [*self._soon, *self._later]:
            job.done.cancel()
        self._soon.clear()
        self._later.clear()

    async def _next(self) -> Job | None:
        while not self._soon and not self._later:
            self._wanted.clear()
            try:
                await asyncio.wait_for(self._wanted.wait(), IDLE_S)
            except TimeoutError:
                return None
        return self._soon.popleft() if self._soon else self._later.popleft()

    async def _work(self) -> None:
        process: asyncio.subprocess.Process | None = None
        failures = 0
        try:
            while (job := await self._next()) is not None:
                try:
                    if process is None or process.returncode is not None:
                        process = await _start(self._command)
                    await self._do(process, job)
                    failures = 0
                except (OSError, TimeoutError, ValueError, KeyError) as error:
                    # A process that hangs or talks nonsense is replaced; the text stays unspoken, calls go on.
                    _fail(job, f"the speech process failed: {error!r}")
                    await _end(process, within_s=0)
                    process = None
                    failures += 1
                    if failures >= MAX_FAILURES:
                        self._give_up(repr(error))
                finally:
                    if not job.done.done():
                        job.done.cancel()
        finally:
            await _end(process)

    def _give_up(self, why: str) -> None:
        waiting = [*self._soon, *self._later]
        log.error("speech_given_up", texts=len(waiting), why=why)
        self._soon.clear()
        self._later.clear()
        for job in waiting:
            _fail(job, f"the speech process fails again and again: {why}")

    async def _do(self, process: asyncio.subprocess.Process, job: Job) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(job.line(next(self._numbers)))
        answer: dict[str, Any] = json.loads(await asyncio.wait_for(process.stdout.readline(), JOB_TIMEOUT_S))
        if "error" in answer:
            _fail(job, str(answer["error"]))
        elif not job.done.done():
            job.done.set_result(float(answer["seconds"]))


def _fail(job: Job, why: str) -> None:
    log.info("not_spoken", text=job.text[:60], source=job.source, why=why)
    if not job.done.done():
        job.done.set_exception(SpeechError(why))


async def _start(command: Sequence[str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )


async def _end(process: asyncio.subprocess.Process | None, within_s: float = 2.0) -> None:
    """Let the process finish what it does, so that no half file stays behind; then insist."""
    if process is None or process.returncode is not None:
        return
    assert process.stdin is not None
    process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), within_s)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
