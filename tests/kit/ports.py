"""Free ports for a server under test, below the range from which the kernel gives clients theirs."""

from __future__ import annotations

import os
import random
import socket

FIRST, LAST = 12000, 30000


def _is_free(port: int, kind: socket.SocketKind, address: str) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
        return True


def _share() -> tuple[int, int]:
    """The part of the range that is this process's own while several run tests side by side (pytest-xdist)."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    width = (LAST - FIRST) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    return FIRST + number * width, FIRST + (number + 1) * width


def free_ports(count: int, *, even: bool = False) -> int:
    """The first of ``count`` neighbouring ports, each free for UDP and TCP on every address. Raises RuntimeError."""
    lowest, highest = _share()
    for _ in range(500):
        first = random.randrange(lowest, highest - count)
        first += first % 2 if even else 0
        if all(
            _is_free(port, kind, "0.0.0.0")
            for port in range(first, first + count)
            for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)
        ):
            return first
    raise RuntimeError(f"no {count} free ports between {lowest} and {highest}")
