"""Starts media workers, exchange and office, watches them, restarts what dies, drains on SIGTERM."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from centralita.child import Child
from centralita.healthz import is_healthy
from centralita.leftovers import children_file, write_children
from centralita.starting_gate import StartingGate
from config.settings import Settings
from pbx.background import beside, for_ever

log = structlog.get_logger()

CANNOT_START = 2
DRAIN_S = 45.0
STOP_S = 10.0
HAND_OVER_S = 20.0
RESTART_PAUSE_S = (0.0, 0.2, 1.0, 5.0)
STEADY_S = 30.0
DRAINED_BY = 2  # exchanges more, when the one that was to finish its calls has died of it


class Supervisor:
    """Owns the processes of one installation.

    Stops in the order that loses nothing: the exchange drains its calls, then the office has seen their last events,
    then the media workers.
    """

    def __init__(
        self, settings: Settings, prepare: Callable[[], Awaitable[bool]], on_ready: Callable[[bool], None]
    ) -> None:
        """``prepare`` makes the database ready; ``on_ready`` is told what it returned when calls can be taken."""
        python = [sys.executable, "-m"]
        first, last = settings.media_ports
        self.workers = [
            Child(
                f"media-{number}",
                [
                    *python,
                    "centralita.media_worker",
                    *("--number", str(number), "--workers", str(settings.workers)),
                    *("--socket", str(settings.media_socket(number))),
                    *("--timeout", str(settings.media_timeout_s)),
                    *("--address", settings.bind, "--ports", f"{first}-{last}"),
                    *(("--advertised", settings.public_address) if settings.public_address else ()),
                    *(("--dedicated",) if settings.media_allocation == "dedicated" else ()),
                ],
                when_orphaned=signal.SIGHUP,  # it stays until the exchange has seen the last calls out
            )
            for number in range(settings.workers)
        ]
        self.exchange = Child("exchange", [*python, "centralita.exchange"])
        self.office = Child("office", [*python, "centralita.office"])
        self._settings = settings
        self._prepare = prepare
        self._on_ready = on_ready
        self._environment = environment_of(settings)
        self._stopping = asyncio.Event()
        self._restarting: list[asyncio.Task[None]] = []
        self._has_served = False
        self._status = 0

    @property
    def children(self) -> list[Child]:
        return [*self.workers, self.exchange, self.office]

    async def run(self) -> int:
        """Serve until SIGTERM or SIGINT. Returns the exit status. Raises what ``prepare`` raises."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, self._restart)
        self._settings.exchange_socket.parent.mkdir(parents=True, exist_ok=True)
        watchers: list[asyncio.Task[None]] = []
        prepared = await self._start_all()
        try:
            watchers += [for_ever(partial(self._watch, child), "watch", child=child.name) for child in self.children]
            watchers.append(for_ever(partial(self._announce, prepared), "announce"))
            await self._stopping.wait()
        finally:
            for watcher in watchers:
                watcher.cancel()
            await self._stop_all()
            children_file(self._settings).unlink(missing_ok=True)
        return self._status

    async def _start_all(self) -> bool:
        """Start every process, those with much to load while the database is prepared; what the preparation returned.

        Whoever cannot be prepared for leaves nothing behind, and nothing in the log but the reason.
        """
        gate, waiting = StartingGate(), (self.exchange, self.office)
        try:
            for child in waiting:
                await self._start(child, gate)
            prepared = await self._prepare()
            for worker in self.workers:
                await self._start(worker)
            gate.open(len(waiting))
            for child in waiting:
                child.report()
        except BaseException:
            for child in self.children:
                await child.stop(STOP_S)
            children_file(self._settings).unlink(missing_ok=True)
            raise
        finally:
            gate.close()
        return prepared

    def _restart(self) -> None:
        """End office and exchange; their watchers start them again. Media workers go on, and so do those who talk."""
        if self._stopping.is_set() or not self._has_served:
            log.warning("restart_refused", cause="it is ending" if self._has_served else "it has not started yet")
            return
        self._restarting = [task for task in self._restarting if not task.done()] + [
            beside(child.stop(HAND_OVER_S, number), "restart", child=child.name)
            for child, number in ((self.office, signal.SIGTERM), (self.exchange, signal.SIGUSR1))
        ]

    async def _stop_all(self) -> None:
        log.info("stopping")
        for task in self._restarting:  # who was to make way in seconds has half a minute now
            task.cancel()
        await self._drain()
        await self.office.stop(STOP_S)
        await asyncio.gather(*(worker.stop(STOP_S) for worker in self.workers))

    async def _drain(self) -> None:
        """Let the exchange finish its calls; where one has left calls behind, another comes and finishes them."""
        await self.exchange.stop(DRAIN_S)
        for _ in range(DRAINED_BY):
            if not self._calls_left():
                return
            log.warning("calls_left_behind", calls=self._calls_left())
            await self._start(self.exchange)
            await self.exchange.stop(DRAIN_S)

    def _calls_left(self) -> int:
        folder = self._settings.live_calls_dir
        return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0

    async def _watch(self, child: Child) -> None:
        while True:
            assert child.process is not None
            status = await child.process.wait()
            if self._stopping.is_set():
                return
            if child.is_leaving:
                log.info("process_left", child=child.name, status=status)
                await self._start(child)
                continue
            # A fault that keeps the first from starting is for a person to mend; later, calls wait for it to pass.
            if status == CANNOT_START and not self._has_served:
                self._status = CANNOT_START
                self._stopping.set()
                return
            if time.monotonic() - child.started_at > STEADY_S:
                child.failures = 0
            pause = RESTART_PAUSE_S[min(child.failures, len(RESTART_PAUSE_S) - 1)]
            child.failures += 1
            log.error("process_died", child=child.name, status=status, restart_in_s=pause)
            await asyncio.sleep(pause)
            await self._start(child)

    async def _start(self, child: Child, gate: StartingGate | None = None) -> None:
        # Whoever ends the exchange on its way up would end the calls that it comes for.
        holds_signals = child is self.exchange and gate is None
        await child.start(self._environment, gate, holds_signals=holds_signals)
        pids = {child.name: child.process.pid for child in self.children if child.process is not None}
        write_children(self._settings, pids)

    async def _announce(self, prepared: bool) -> None:
        """Say once that calls can be taken."""
        while not await is_healthy(self._settings):  # noqa: ASYNC110 - another process is asked
            await asyncio.sleep(0.1)
        self._has_served = True
        self._on_ready(prepared)


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as environment variables, for the processes that the supervisor starts."""
    return os.environ | {
        f"CENTRALITA_{name.upper()}": _as_text(value)
        for name, value in settings.model_dump().items()
        if value not in (None, "", ())
    }


def _as_text(value: object) -> str:
    match value:
        case (str(host), int(port)):
            return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        case (int(first), int(last)):
            return f"{first}-{last}"
        case tuple():
            return ",".join(map(_as_text, value))
        case _:
            return str(value)
