"""What must hold before anything is started: a writable data directory and free ports. One line per fault."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator

from config.settings import Settings


def faults(settings: Settings) -> list[str]:
    """One readable line per fault, each with what to do; empty when the processes can be started."""
    return [*_data_directory(settings), *_ports(settings)]


def _data_directory(settings: Settings) -> Iterator[str]:
    directory = settings.data_dir
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        yield f"CENTRALITA_DATA_DIR: {directory}: cannot be made: {error.strerror}"
        return
    if not os.access(directory, os.W_OK | os.X_OK):
        yield f"CENTRALITA_DATA_DIR: {directory}: not writable by this user"


def _ports(settings: Settings) -> Iterator[str]:
    wanted = [
        ("CENTRALITA_SIP_PORT", settings.sip_port, socket.SOCK_DGRAM, "UDP"),
        ("CENTRALITA_SIP_PORT", settings.sip_port, socket.SOCK_STREAM, "TCP"),
        ("CENTRALITA_HTTP_PORT", settings.http_port, socket.SOCK_STREAM, "TCP"),
    ]
    if settings.tls_cert is not None:
        wanted.append(("CENTRALITA_SIP_PORT", settings.sip_port + 1, socket.SOCK_STREAM, "TLS"))
    family = socket.AF_INET6 if ":" in settings.bind else socket.AF_INET
    for name, port, kind, protocol in wanted:
        with socket.socket(family, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.bind, port))
            except OSError as error:
                if error.errno == errno.EADDRNOTAVAIL:
                    yield f"CENTRALITA_BIND: {settings.bind}: this machine has no such address"
                    return
                yield (
                    f"{name}: {protocol} port {port} on {settings.bind}: {error.strerror}; "
                    f"stop what uses it or set {name} to another port"
                )
