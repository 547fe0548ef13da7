"""The codec processes of a worker: one for each hundred legs or so, started by a thread when the first leg needs it.

A lane is a process and the socket to it. Batches wait in the socket until the process is there; one that dies is
started again, and its streams begin anew with their next packets.
"""

from __future__ import annotations

import logging
import os
import socket as sockets
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from pbx.media.codec_batch import Batch
from pbx.media.codec_process import LARGEST
from pbx.media.transcoder import Transcoder

log = logging.getLogger(__name__)

STREAMS_PER_LANE = 100
BUFFER = 1 << 20
RESTART_S = 1.0
MOST_MESSAGES = 64  # what is taken from one lane in one pass


class ImmediateEngine:
    """Codes on the spot: for tests, where there is no tick to be late."""

    def __init__(self) -> None:
        self._transcoder = Transcoder()
        self._ready: list[bytes] = []

    def send(self, lane: int, batch: Batch) -> bool:
        self._ready += [answer.to_bytes() for answer in self._transcoder.work(Batch.from_bytes(batch.to_bytes()))]
        return True

    def receive(self) -> list[bytes]:
        ready, self._ready = self._ready, []
        return ready

    def lane(self, streams: list[int]) -> int:
        return 0

    def stop(self) -> None:
        """Nothing runs."""


class _Lane:
    """One process, or the attempt to start one."""

    def __init__(self) -> None:
        self.link, self._far = sockets.socketpair(sockets.AF_UNIX, sockets.SOCK_SEQPACKET)
        for end in (self.link, self._far):
            end.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, BUFFER)
        self.link.setblocking(False)
        self.process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._start, name="codec-start", daemon=True)
        self._thread.start()

    def _start(self) -> None:
        descriptor = self._far.fileno()
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
                [sys.executable, "-m", "pbx.media.codec_process", str(descriptor)],
                pass_fds=[descriptor],
                stdin=subprocess.DEVNULL,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
        except OSError as error:
            log.error("codec process: %s", error)
        finally:
            self._far.close()

    def close(self) -> None:
        """Let the process end, and see that it does."""
        self.link.close()
        self._thread.join(timeout=5)
        if self.process is not None:
            try:
                self.process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(timeout=2)


class CodecLanes:
    """``on_restart(text)`` is told when a process has died."""

    def __init__(
        self,
        most: int | None = None,
        on_restart: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = most if most is not None else max(1, os.cpu_count() or 1)
        self._on_restart = on_restart
        self._clock = clock
        self._lanes: list[_Lane | None] = []
        self._down_since: dict[int, float] = {}
        self._ended: list[threading.Thread] = []
        self.restarts = 0

    def lane(self, streams: list[int]) -> int:
        """The one with the fewest streams; another one when all are well used and there are cores for it."""
        least = min(range(len(streams)), key=lambda lane: streams[lane], default=0)
        if streams and (streams[least] < STREAMS_PER_LANE or len(streams) >= self._most):
            return least
        return len(streams)

    @property
    def processes(self) -> list[int]:
        """Process ids of what runs."""
        return [lane.process.pid for lane in self._lanes if lane is not None and lane.process is not None]

    def send(self, lane: int, batch: Batch) -> bool:
        there = self._reach(lane)
        if there is None:
            return False
        try:
            there.link.send(batch.to_bytes())
        except BlockingIOError:
            return False
        except OSError:
            self._lost(lane)
            return False
        return True

    def receive(self) -> list[bytes]:
        found: list[bytes] = []
        for number, lane in enumerate(self._lanes):
            if lane is None:
                continue
            for _ in range(MOST_MESSAGES):
                try:
                    message = lane.link.recv(LARGEST)
                except BlockingIOError:
                    break
                except OSError:
                    message = b""
                if not message:
                    self._lost(number)
                    break
                found.append(message)
        return found

    def stop(self) -> None:
        for lane in self._lanes:
            if lane is not None:
                lane.close()
        for thread in self._ended:
            thread.join(timeout=5)
        self._lanes = []

    def _reach(self, number: int) -> _Lane | None:
        while len(self._lanes) <= number:
            self._lanes.append(None)
        lane = self._lanes[number]
        if lane is None and self._clock() - self._down_since.get(number, -RESTART_S) >= RESTART_S:
            lane = self._lanes[number] = _Lane()
        return lane

    def _lost(self, number: int) -> None:
        lane, self._lanes[number] = self._lanes[number], None
        self._down_since[number] = self._clock()
        self.restarts += 1
        if lane is not None:
            # To wait for a process that has died is for a thread, however short it may be.
            ending = threading.Thread(target=lane.close, name="codec-end", daemon=True)
            ending.start()
            self._ended = [*(each for each in self._ended if each.is_alive()), ending]
        if self._on_restart is not None:
            self._on_restart(f"codec process {number} has ended; it is started again")
