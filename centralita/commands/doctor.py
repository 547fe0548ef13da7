"""`centralita doctor`: looks for the usual faults of an installation and says what to do about each."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

import typer

from centralita import preflight
from centralita.commands.faults import settings_or_fault
from centralita.ownership import running_pid
from config.settings import Settings

WANTED_BUFFER = 4 << 20
WANTED_FREE_BYTES = 5 << 30
CERTIFICATE_WARNING_S = 14 * 86400
MARKS = {"good": "✓", "warning": "!", "fault": "✗"}


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, and what to do."""

    level: Literal["good", "warning", "fault"]
    text: str


def doctor() -> None:
    """Check ports, addresses, socket buffers, clock, disk, certificate and trunk; exit status 1 if there is a fault."""
    settings = settings_or_fault()
    looks: list[Callable[[Settings], Iterator[Finding]]] = [
        _ports, _addresses, _socket_buffers, _clock, _disk, _certificate, _trunk,
    ]  # fmt: skip
    findings = [finding for look in looks for finding in look(settings)]
    for finding in findings:
        typer.echo(f"{MARKS[finding.level]} {finding.text}")
    if any(finding.level == "fault" for finding in findings):
        raise typer.Exit(1)


def _ports(settings: Settings) -> Iterator[Finding]:
    if (pid := running_pid(settings)) is not None:
        yield Finding("good", f"ports: the server is running (process {pid}) and holds them")
        return
    faults = preflight.faults(settings)
    yield from (Finding("fault", fault) for fault in faults)
    if not faults:
        yield Finding("good", "ports: free")


def _addresses(settings: Settings) -> Iterator[Finding]:
    bind = ip_address(settings.bind)
    if bind.is_loopback:
        yield Finding("good", "addresses: loopback only; phones on other machines cannot register (CENTRALITA_BIND)")
    elif bind.is_unspecified and not settings.public_address:
        yield Finding("warning", "addresses: behind NAT, set CENTRALITA_PUBLIC_ADDRESS to the address the world sees")
    elif settings.public_address and ip_address(settings.public_address).is_private:
        yield Finding("warning", f"addresses: {settings.public_address} is private; carriers cannot send sound to it")
    else:
        yield Finding("good", f"addresses: {settings.public_address or settings.bind} is announced")


def _socket_buffers(_: Settings) -> Iterator[Finding]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WANTED_BUFFER)
        granted = probe.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2
    if granted < WANTED_BUFFER:
        yield Finding(
            "warning",
            f"socket buffers: the kernel grants {granted} of {WANTED_BUFFER} bytes; many calls at once may lose sound; "
            f"as root: sysctl -w net.core.rmem_max={WANTED_BUFFER} net.core.wmem_max={WANTED_BUFFER}",
        )
    else:
        yield Finding("good", f"socket buffers: {granted} bytes")


def _clock(_: Settings) -> Iterator[Finding]:
    synchronised = Path("/run/systemd/timesync/synchronized").exists() or shutil.which("chronyc") is not None
    if time.time() < 1_700_000_000:
        yield Finding("fault", "clock: before 2023; set it, certificates and call logs depend on it")
    elif not synchronised:
        yield Finding("warning", "clock: no time synchronisation seen; install chrony or turn on systemd-timesyncd")
    else:
        yield Finding("good", "clock: synchronised")


def _disk(settings: Settings) -> Iterator[Finding]:
    place = settings.data_dir if settings.data_dir.exists() else settings.data_dir.absolute().parent
    free = shutil.disk_usage(place).free
    hours = free / (8000 * 2 * 2 * 3600)
    level: Literal["good", "warning"] = "good" if free > WANTED_FREE_BYTES else "warning"
    yield Finding(level, f"disk: {free / 1e9:.1f} GB free at {place}, about {hours:.0f} hours of recordings")


def _certificate(settings: Settings) -> Iterator[Finding]:
    from cryptography import x509

    if settings.tls_cert is None or settings.tls_key is None:
        if not ip_address(settings.bind).is_loopback:
            yield Finding(
                "warning",
                "certificate: none; browsers give no microphone to a page without HTTPS "
                "(CENTRALITA_TLS_CERT, CENTRALITA_TLS_KEY)",
            )
        return
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(settings.tls_cert, settings.tls_key)
        expires = x509.load_pem_x509_certificate(settings.tls_cert.read_bytes()).not_valid_after_utc.timestamp()
    except (OSError, ssl.SSLError, ValueError) as error:
        yield Finding("fault", f"certificate: {settings.tls_cert}: {error}")
        return
    left = expires - time.time()
    if left <= 0:
        yield Finding("fault", f"certificate: {settings.tls_cert} has expired; renew it")
    elif left < CERTIFICATE_WARNING_S:
        yield Finding("warning", f"certificate: {settings.tls_cert} expires in {left / 86400:.0f} days; renew it")
    else:
        yield Finding("good", f"certificate: good for {left / 86400:.0f} days")


def _trunk(settings: Settings) -> Iterator[Finding]:
    host, port = settings.demo_carrier
    answered = asyncio.run(_answers_options(host, port))
    if answered:
        yield Finding("good", f"trunk: {host}:{port} answers: {answered}")
    else:
        yield Finding(
            "warning", f"trunk: {host}:{port} does not answer OPTIONS; outgoing calls will fail until it does"
        )


async def _answers_options(host: str, port: int) -> str | None:
    """Status line of the answer to one OPTIONS (RFC 3261 §11), or None after 2 s."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str] = loop.create_future()

    class Probe(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, _: object) -> None:
            if not answer.done():
                answer.set_result(data.split(b"\r\n", 1)[0].decode("ascii", "replace"))

    try:
        transport, _ = await loop.create_datagram_endpoint(Probe, remote_addr=(host, port))
    except OSError:
        return None
    local_host, local_port = transport.get_extra_info("sockname")[:2]
    tag = f"{time.monotonic_ns():x}"
    transport.sendto(
        f"OPTIONS sip:{host}:{port} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {local_host}:{local_port};rport;branch=z9hG4bK{tag}\r\n"
        f"Max-Forwards: 1\r\nFrom: <sip:doctor@{local_host}>;tag={tag}\r\nTo: <sip:{host}:{port}>\r\n"
        f"Call-ID: {tag}@doctor\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n".encode()
    )
    try:
        async with asyncio.timeout(2.0):
            return await answer
    except TimeoutError:
        return None
    finally:
        transport.close()
