"""Whether a server answers that calls can be taken."""

from __future__ import annotations

import asyncio
import ssl
from ipaddress import ip_address

from config.settings import Settings

PATIENCE_S = 2.0


async def is_healthy(settings: Settings) -> bool:
    """Whether /healthz of the server on this machine answers 200."""
    bind, encrypted = ip_address(settings.bind), settings.tls_cert is not None
    host = ("::1" if bind.version == 6 else "127.0.0.1") if bind.is_unspecified else str(bind)
    context = ssl.create_default_context() if encrypted else None
    if context is not None:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        async with asyncio.timeout(PATIENCE_S):
            reader, writer = await asyncio.open_connection(host, settings.http_port, ssl=context)
            try:
                writer.write(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
                return (await reader.readline()).split()[1:2] == [b"200"]
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
