"""The machine: ports, socket buffers, clock, disk."""

from __future__ import annotations

import ctypes
import shutil
import socket
import time
from collections.abc import Iterator

from centralita import preflight
from centralita.doctor.finding import Finding, fault, good, warning
from centralita.ownership import running_pid
from config.settings import Settings

WANTED_BUFFER = 4 << 20
WANTED_FREE_BYTES = 5 << 30
OLDEST_PLAUSIBLE = 1_760_000_000  # this was not written before
_UNSYNCHRONISED, _TIMEX_BYTES, _STATUS_AT = 0x0040, 512, 40  # adjtimex(2)


def ports(settings: Settings) -> Iterator[Finding]:
    """Whether the server can listen where it is to."""
    if (pid := running_pid(settings)) is not None:
        yield good(f"ports: the server is running (process {pid}) and holds them")
        return
    faults = preflight.faults(settings)
    yield from (fault(one) for one in faults)
    if not faults:
        yield good("ports: free")


def socket_buffers(_: Settings) -> Iterator[Finding]:
    """Whether a burst of sound or of messages finds room in the kernel."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WANTED_BUFFER)
        granted = probe.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2
    if granted < WANTED_BUFFER:
        yield warning(
            f"socket buffers: the kernel grants {granted} of {WANTED_BUFFER} bytes; many calls at once may lose sound; "
            f"as root: sysctl -w net.core.rmem_max={WANTED_BUFFER} net.core.wmem_max={WANTED_BUFFER}"
        )
    else:
        yield good(f"socket buffers: {granted} bytes")


def clock(_: Settings, now: float | None = None, synchronised: bool | None = None) -> Iterator[Finding]:
    """Whether the clock can be believed: nonces, certificates and the call log depend on it."""
    now = time.time() if now is None else now
    synchronised = _kernel_says_synchronised() if synchronised is None else synchronised
    if now < OLDEST_PLAUSIBLE:
        yield fault(f"clock: it says {time.strftime('%Y-%m-%d', time.gmtime(now))}; set it, certificates depend on it")
    elif not synchronised:
        yield warning("clock: the kernel is not synchronised; install chrony or turn on systemd-timesyncd")
    else:
        yield good("clock: synchronised")


def _kernel_says_synchronised() -> bool:
    """What adjtimex(2) says, without changing anything."""
    state = ctypes.create_string_buffer(_TIMEX_BYTES)
    try:
        if ctypes.CDLL(None).adjtimex(state) < 0:
            return False
    except AttributeError:
        return False  # no Linux
    status = int.from_bytes(state.raw[_STATUS_AT : _STATUS_AT + 4], "little")
    return not status & _UNSYNCHRONISED


def disk(settings: Settings, free: int | None = None) -> Iterator[Finding]:
    """How long recordings have room."""
    place = settings.data_dir if settings.data_dir.exists() else settings.data_dir.absolute().parent
    free = shutil.disk_usage(place).free if free is None else free
    hours = free / (8000 * 2 * 2 * 3600)
    text = f"disk: {free / 1e9:.1f} GB free at {place}, about {hours:.0f} hours of recordings"
    yield good(text) if free > WANTED_FREE_BYTES else warning(f"{text}; delete old ones, or give it more room")
