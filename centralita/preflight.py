"""What must hold before anything is started: a writable data directory and free ports. One line per fault."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator

from config.settings import Settings

HTTP_PORT = "CENTRALITA_HTTP_PORT"


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
        (HTTP_PORT, settings.http_port, socket.SOCK_STREAM, "TCP"),
    ]
    if settings.tls_cert is not None:
        wanted.append(("CENTRALITA_SIP_PORT", settings.sip_port + 1, socket.SOCK_STREAM, "TLS"))
    yield from _taken("CENTRALITA_BIND", settings.bind, wanted)
    if settings.bind_v6:
        yield from _taken("CENTRALITA_BIND_V6", settings.bind_v6, [one for one in wanted if one[0] != HTTP_PORT])


def _taken(setting: str, address: str, wanted: list[tuple[str, int, socket.SocketKind, str]]) -> Iterator[str]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for name, port, kind, protocol in wanted:
        with socket.socket(family, kind) as probe:
            if family == socket.AF_INET6:
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                if error.errno == errno.EADDRNOTAVAIL:
                    yield f"{setting}: {address}: this machine has no such address"
                    return
                yield (
                    f"{name}: {protocol} port {port} on {address}: {error.strerror}; "
                    f"stop what uses it or set {name} to another port"
                )
