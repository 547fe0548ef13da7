"""A media worker: ``python -m pbx.media.worker --number N --socket PATH --address A --ports FIRST-LAST``.

One thread does everything that sounds: every few milliseconds it takes what has arrived and relays it, every 5 ms it
runs a phase of the tick, and between the two it sleeps (`pace.py`). More threads read clips, write spools and shake
hands with browsers. Without legs it only waits for commands. It ends on SIGTERM, or when no exchange has been
connected for a minute; once nobody is left who would start one (SIGHUP), as soon as the exchange has gone.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from pbx.media.batch import Matrix, Wire
from pbx.media.clips import Loader
from pbx.media.codec_lanes import CodecLanes
from pbx.media.commands import Commands
from pbx.media.control import Control
from pbx.media.core import MediaCore, Options
from pbx.media.errors import PortsError
from pbx.media.handshakes import Handshakes
from pbx.media.messages import MediaAlarm
from pbx.media.pace import Pace
from pbx.media.passes import PassTimes
from pbx.media.ports import local_addresses, open_sockets, pairs_of, places_of
from pbx.media.spool import Spooler

LINGER_S = 60.0
ORPHAN_S = 2.0
IDLE_S = 1.0
TIDY_S = 10.0
TELL_S = 1.0
FAULT_S = 60.0  # between two reports of faults
PRIORITY = -10
REAL_TIME_PRIORITY = 1

log = logging.getLogger("media")


class Worker:
    """Sockets, clock and signals around a MediaCore."""

    def __init__(
        self, socket: Path, ports: Sequence[int], addresses: Sequence[str], options: Options, linger_s: float = LINGER_S
    ) -> None:
        places = places_of(ports, addresses)
        self._sockets = open_sockets(places)
        self._wire = Wire(self._sockets)
        self._control = Control(socket)
        self._loader, self._spooler, self._handshakes = Loader(), Spooler(), Handshakes()
        self._codecs = CodecLanes(on_restart=lambda what: self._control.event(MediaAlarm("codec_restarted", what)))
        self._core = MediaCore(
            places,
            self._wire.send,
            self._control.event,
            options,
            self._loader,
            self._spooler,
            self._handshakes,
            self._codecs,
        )
        self._commands = Commands(self._core)
        self._matrix = Matrix()
        self._media = select.epoll()
        self._index: dict[int, int] = {}
        for index, each in enumerate(self._sockets):
            self._media.register(each, select.EPOLLIN)
            self._index[each.fileno()] = index
        self._media.register(self._control.fileno(), select.EPOLLIN)
        self._idle = select.epoll()
        self._idle.register(self._control.fileno(), select.EPOLLIN)
        self._wake, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._wake_write = wake
        self._idle.register(self._wake, select.EPOLLIN)
        self._stopping = False
        self._linger_s = linger_s
        self._alone_since = self._tidied = time.monotonic()
        self._passes = 0
        self._pace = Pace(self._tidied)
        self.passes = PassTimes()
        self._faults, self._fault_told = 0, cast("float | None", None)
        self._told, self._worked_s, self._latest_s = self._tidied, 0.0, 0.0

    def stop(self) -> None:
        """End soon; safe in a signal handler."""
        self._stopping = True
        os.write(self._wake_write, b"x")

    def orphaned(self) -> None:
        """Nobody will start another exchange: end soon after the one there is has gone. Safe in a signal handler."""
        self._linger_s = min(self._linger_s, ORPHAN_S)

    def run(self) -> None:
        """Work until stopped or left alone."""
        pace, core, clock = self._pace, self._core, time.monotonic
        while not self._stopping:
            if not core.legs.count and not core.recorder.count:
                self._idle.poll(IDLE_S)
                pace.restart(clock())
            elif (wait := pace.wait(clock(), core.is_ticking)) > 0:
                time.sleep(wait)
            now, cpu = clock(), time.thread_time()
            try:
                self._pass(now)
            except Exception:  # noqa: BLE001 - one batch or tick is lost with it, and logged; the calls are not
                self._faulty(now)
            ended = clock()
            pace.passed(now, ended)
            self.passes.add(ended - now, time.thread_time() - cpu)
            self._worked_s += ended - now
            if now - self._told >= TELL_S:
                self._tell_load(now)
            if now - self._tidied > TIDY_S:
                gc.collect(0)  # automatic collection is off: only what is young is looked at, and when we say so
                self._tidied = now
            if self._is_abandoned(now):
                log.warning("no exchange for %d s; ending", self._linger_s)
                break
        self._finish()

    def _pass(self, now: float) -> None:
        ready = [self._index.get(descriptor, -1) for descriptor, _ in self._media.poll(0)]
        if -1 in ready:
            ready.remove(-1)
            self._control.serve(lambda name, fields: self._do(name, fields, now))
        if ready:
            self._passes += 1
            turn = self._passes % len(ready)  # when the matrix is full before all are read, another one is first next
            count = self._wire.receive(self._matrix, ready[turn:] + ready[:turn])
            if count:
                self._core.receive(self._matrix, count, now)
        phase = self._pace.phase(now)
        if phase is not None:
            self._latest_s = max(self._latest_s, now - phase[1])
            self._core.run_phase(phase[0], phase[1])
        self._control.flush()

    def _faulty(self, now: float) -> None:
        self._faults += 1
        if self._fault_told is None or now - self._fault_told > FAULT_S:
            self._fault_told = now
            log.exception("a pass failed")
            self._control.event(MediaAlarm("media_fault", f"{self._faults} passes failed: {sys.exc_info()[1]!r}"))

    def _tell_load(self, now: float) -> None:
        """Once a second: what share of it was work, and how late the latest phase of the tick was."""
        late_s = max(self._latest_s, self._pace.take_lost())
        self._control.tell("load", {"busy": self._worked_s / (now - self._told), "late_s": late_s})
        self._told, self._worked_s, self._latest_s = now, 0.0, 0.0

    def _do(self, name: str, fields: Any, now: float) -> Any:
        answer = self._commands.do(name, fields, now)
        if name == "figures":
            wire = self._wire.counters
            answer |= {
                "packets_received": wire.received,
                "packets_sent": wire.sent,
                "packets_truncated": wire.truncated,
                "sends_refused": wire.send_refused,
                "sends_dropped": wire.send_full,
                "passes_late": self._pace.skipped,
                "commands_refused": self._control.refused,
                "faults": self._faults + self._control.faults,
                **self.passes.figures(),
            }
        return answer

    def _is_abandoned(self, now: float) -> bool:
        if self._control.is_connected:
            self._alone_since = now
        return now - self._alone_since > self._linger_s

    def _finish(self) -> None:
        core = self._core
        for leg in list(core.by_name.values()):
            core.close(leg)
        core.recorder.finish(core.clock(time.monotonic()))
        self._loader.stop()
        self._spooler.stop()
        self._handshakes.stop()
        self._codecs.stop()
        core.recorder.flush(core.clock(time.monotonic()))
        self._control.close()
        for each in self._sockets:
            each.close()


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="pbx.media.worker", description="One process of Centralita's media plane.")
    parser.add_argument("--number", type=int, default=0, help="which of the workers this is, from 0")
    parser.add_argument("--workers", type=int, default=1, help="how many workers share the ports")
    parser.add_argument("--socket", type=Path, required=True, help="Unix socket to take commands on")
    parser.add_argument("--address", default="", help="address of a real interface; found out when not given")
    parser.add_argument("--ports", required=True, help="FIRST-LAST, an even first port")
    parser.add_argument("--advertised", default="", help="address that SDP has instead of --address (1:1 NAT)")
    parser.add_argument("--dedicated", action="store_true", help="a port for each leg alone")
    parser.add_argument("--timeout", type=float, default=30.0, help="seconds without media that are reported")
    return parser.parse_args(arguments)


def _take_precedence() -> None:
    """Sound does not wait for reports: run when there is something to do, as far as the system lets us.

    The threads made later inherit it, so that none of them is kept from running while it holds the interpreter lock. On
    a machine of one core the exchange must keep its share.
    """
    if (os.cpu_count() or 1) > 1:
        with contextlib.suppress(OSError, AttributeError):
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(REAL_TIME_PRIORITY))
            return
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a worker until it is told to end; exit status 2 when its ports cannot be had."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    given = _arguments(arguments)
    first, _, last = given.ports.partition("-")
    _take_precedence()
    sys.setswitchinterval(0.0005)  # the tick waits for a background thread no longer than this
    options = Options(
        advertised=given.advertised,
        dedicated=given.dedicated,
        timeout_s=given.timeout,
        seed=int.from_bytes(os.urandom(8), "big"),
        epoch_of=lambda now: time.time() - time.monotonic() + now,
    )
    try:
        ports = pairs_of(int(first), int(last), given.number, given.workers)
        worker = Worker(given.socket, ports, local_addresses(given.address), options)
    except (PortsError, ValueError) as error:
        log.error("%s", error)
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    parent = os.getppid()
    signal.signal(signal.SIGHUP, lambda *_: worker.orphaned() if os.getppid() != parent else None)
    gc.collect()
    gc.freeze()
    gc.disable()
    log.info("media worker %d ready on %d port pairs", given.number, len(ports))
    worker.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
