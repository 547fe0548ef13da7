"""Where pushes may go: push services of the world over HTTPS, and those of the company's own that a setting names.

Whoever is signed in can name an address that the server then posts to. It must not reach the company's own network.
"""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from web.api.push.errors import ForbiddenEndpointError

MAX_ENDPOINT = 1000
_PORTS = frozenset({None, 443})


def check_endpoint(url: str, own: Collection[str] = ()) -> None:
    """Raises ForbiddenEndpointError unless ``url`` can be a push service's; ``own``: host names of the company's."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ForbiddenEndpointError("this is not an address") from None
    if len(url) > MAX_ENDPOINT or not url.isascii() or not url.isprintable() or " " in url:
        raise ForbiddenEndpointError(f"allowed: at most {MAX_ENDPOINT} printable ASCII characters")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ForbiddenEndpointError("allowed: an address without user name, password and fragment")
    if host in own and parts.scheme in ("https", "http"):
        return
    if parts.scheme != "https" or port not in _PORTS:
        raise ForbiddenEndpointError("allowed: https:// and its own port")
    if _is_address(host) or "." not in host.strip("."):
        raise ForbiddenEndpointError("allowed: the full name of a push service")


def audience(url: str) -> str:
    """Whom the proof of who pushes is for (RFC 8292 §2): the origin of the push service."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class PublicOnlyResolver(AbstractResolver):
    """The system's resolver, without the addresses of private networks, but for hosts in ``own``."""

    def __init__(self, own: Collection[str] = ()) -> None:
        self._own = frozenset(own)
        self._inner = ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)  # type: ignore[arg-type]
        allowed = found if host in self._own else [one for one in found if is_public(one["host"])]
        if not allowed:
            raise OSError(f"{host}: leads into a private network")
        return allowed

    async def close(self) -> None:
        await self._inner.close()


def is_public(address: str) -> bool:
    """Whether an IP address is one of the world's."""
    ip = ip_address(address)
    mapped = getattr(ip, "ipv4_mapped", None) or ip
    return bool(mapped.is_global and not mapped.is_multicast)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return host.rpartition(".")[2].isdigit()  # 127.1 is one to some resolvers
    return True
