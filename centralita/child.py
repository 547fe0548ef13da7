"""One process of ours: how it is started, told to end, and ended."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import signal
import time
from dataclasses import dataclass, field
from functools import partial

import structlog

from centralita.starting_gate import StartingGate

log = structlog.get_logger()

PR_SET_PDEATHSIG = 1
HELD = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)
"""What a process that is started with these on hold hears once it can do what they ask for."""


@dataclass
class Child:
    """Its name, its command and, while it runs, its handle. ``is_leaving``: it has been asked to end.

    ``when_orphaned``: the signal that tells it that we have died.
    """

    name: str
    command: list[str]
    process: asyncio.subprocess.Process | None = None
    failures: int = 0
    started_at: float = field(default=0.0)
    is_leaving: bool = False
    when_orphaned: signal.Signals = signal.SIGTERM

    async def start(
        self, environment: dict[str, str], gate: StartingGate | None = None, *, holds_signals: bool = False
    ) -> None:
        """Start it; where there is a ``gate``, it loads its modules and waits there.

        ``holds_signals``: it must take `HELD` off hold itself, and until then none of them ends it.
        """
        self.started_at = time.monotonic()
        self.is_leaving = False
        self.process = await asyncio.create_subprocess_exec(
            *self.command,
            env=environment if gate is None else environment | gate.environment(),
            pass_fds=() if gate is None else (gate.waiting_end,),
            start_new_session=True,
            preexec_fn=partial(_begin, self.when_orphaned, holds_signals),
        )
        if gate is None:
            self.report()

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    def report(self) -> None:
        """Say in the log that it runs."""
        assert self.process is not None
        log.info("process_started", child=self.name, pid=self.process.pid)

    async def stop(self, deadline_s: float, number: signal.Signals = signal.SIGTERM) -> None:
        """SIGTERM, or another signal, and SIGKILL when it has not ended by the deadline."""
        process = self.process
        if process is None or process.returncode is not None:
            return
        self.is_leaving = True
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        try:
            async with asyncio.timeout(deadline_s):
                await process.wait()
        except TimeoutError:
            log.error("process_killed", child=self.name, waited_s=deadline_s)
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


_libc = ctypes.CDLL(None)


def _begin(when_orphaned: signal.Signals, holds_signals: bool) -> None:
    """Runs in the new process, before its command does."""
    if holds_signals:
        signal.pthread_sigmask(signal.SIG_BLOCK, HELD)
    _libc.prctl(PR_SET_PDEATHSIG, when_orphaned)
