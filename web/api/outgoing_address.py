"""Where requests of our own may go: anywhere but addresses that only name this machine's own network equipment.

A cloud's metadata service is at a link-local address (RFC 3927); whoever may set a web address must not read it.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver


class ForbiddenAddressError(Exception):
    """A web address leads to where nothing is sent."""


def is_forbidden(address: str) -> bool:
    """Whether nothing is sent to this IP address."""
    try:
        ip = ip_address(address.strip("[]"))
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None) or ip
    return bool(mapped.is_link_local or mapped.is_multicast or mapped.is_unspecified or mapped.is_reserved)


def check_address(url: str) -> None:
    """Raises ForbiddenAddressError for an IP address to which nothing is sent; names are looked at when resolved."""
    host = urlsplit(url).hostname or ""
    if is_forbidden(host):
        raise ForbiddenAddressError(f"{host}: nothing is sent to this address")


class PublicResolver(AbstractResolver):
    """The system's resolver, without the addresses to which nothing is sent."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)  # type: ignore[arg-type]
        allowed = [one for one in found if not is_forbidden(one["host"])]
        if not allowed:
            raise OSError(f"{host}: nothing is sent to its address")
        return allowed

    async def close(self) -> None:
        await self._inner.close()
