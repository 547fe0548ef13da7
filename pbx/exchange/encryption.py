"""SIP over TLS on the port after the SIP port, where the installation has a certificate."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

from config.settings import Settings
from pbx.background import for_ever
from pbx.net.agent import UserAgent
from pbx.net.certificate import Certificate
from pbx.net.transport_tls import TlsTransport


async def listen_encrypted(
    settings: Settings,
    agent: UserAgent,
    stack: AsyncExitStack,
    *,
    lost: Callable[[int], None],
    alarm: Callable[[str, str], None],
) -> TlsTransport | None:
    """Add TLS to an agent that listens; ``stack`` ends the look-out for changed files. Nothing without a certificate.

    ``lost`` hears the number of a connection that is gone; ``alarm`` what is wrong with changed files, which leave the
    present certificate in force. Raises CertificateError, AddressInUseError.
    """
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    certificate = await asyncio.to_thread(Certificate, settings.tls_cert, settings.tls_key, settings.tls_dir)
    transport = TlsTransport(agent.receive, agent.count, agent.limits, agent.sources.is_trusted, certificate, lost)
    port = await transport.start(settings.bind, agent.port + 1, settings.bind_v6)
    agent.add_transport(transport, port)
    watching = for_ever(lambda: certificate.watch(lambda fault: alarm("certificate", fault)), "certificate")
    stack.callback(watching.cancel)
    return transport
