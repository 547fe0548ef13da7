"""Free ports for a server under test, below the range from which the kernel gives clients theirs.

What has been given is kept for a while, so that nobody else is given it before it is bound: neither here nor in other
processes of this machine, which share a file whose bytes stand for ports and are locked (fcntl(2), record locks).
"""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from collections import deque
from functools import cache
from pathlib import Path

FIRST, LAST = 12000, 30000
KEPT = 24
"""So many givings are kept; who was given ports before that has bound them or is gone."""
TRIES = 500

_given: deque[range] = deque()


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


@cache
def _locks() -> int:
    """The file of locks, open until the process ends: closing it would give all of them up."""
    file = Path(tempfile.gettempdir()) / f"centralita-test-ports-{os.getuid()}"
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _claim(ports: range) -> bool:
    """Keep ``ports`` from being given again; whether nobody has them."""
    if any(ports.start < given.stop and given.start < ports.stop for given in _given):
        return False
    try:
        fcntl.lockf(_locks(), fcntl.LOCK_EX | fcntl.LOCK_NB, len(ports), ports.start)
    except OSError:
        return False
    _given.append(ports)
    return True


def _give_up(ports: range) -> None:
    _given.remove(ports)
    fcntl.lockf(_locks(), fcntl.LOCK_UN, len(ports), ports.start)


def free_ports(count: int, *, even: bool = False) -> int:
    """The first of ``count`` neighbouring ports, each free for UDP and TCP on every address. Raises RuntimeError."""
    lowest, highest = _share()
    for _ in range(TRIES):
        first = random.randrange(lowest, highest - count)
        first += first % 2 if even else 0
        ports = range(first, first + count)
        if not _claim(ports):
            continue
        if all(_is_free(port, kind, "0.0.0.0") for port in ports for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)):
            while len(_given) > KEPT:
                _give_up(_given[0])
            return first
        _give_up(ports)
    raise RuntimeError(f"no {count} free ports between {lowest} and {highest}")
