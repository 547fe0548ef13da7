"""From a URI to the addresses that it leads to (RFC 3263, address records only)."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address

from pbx.net.errors import ResolveError
from pbx.net.hop import Hop
from pbx.sip.uri import Uri

MAX_HOPS = 8


async def resolve(uri: Uri, family: int = socket.AF_UNSPEC) -> list[Hop]:
    """Where to send a request for ``uri``, best first. Raises ResolveError.

    The transport is the URI's, else TLS for sips and UDP otherwise. Names are looked up in a thread of the loop.
    """
    if not uri.is_sip:
        raise ResolveError(f"a {uri.scheme} URI names no host")
    transport = (uri.parameter("transport") or ("tls" if uri.scheme == "sips" else "udp")).lower()
    host = uri.parameter("maddr") or uri.host
    port = uri.port or (5061 if transport == "tls" else 5060)
    try:
        ip_address(host)
    except ValueError:
        pass
    else:
        return [Hop(transport, (host, port))]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, family=family, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that IDNA cannot write
        raise ResolveError(f"{host}: {getattr(error, 'strerror', None) or error}") from None
    addresses = dict.fromkeys(str(entry[4][0]) for entry in found)
    return [Hop(transport, (address, port), name=host) for address in list(addresses)[:MAX_HOPS]]
