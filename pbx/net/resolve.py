"""From a URI to the addresses that it leads to, best first (RFC 3263)."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Callable, Iterable
from ipaddress import ip_address

from pbx.net.errors import ResolveError
from pbx.net.hop import Hop
from pbx.net.name_service import NameService, Service
from pbx.sip.uri import Uri

MAX_HOPS = 8
_SERVICES = {"udp": "_sip._udp", "tcp": "_sip._tcp", "tls": "_sips._tcp"}
_POINTERS = {"SIP+D2U": "udp", "SIP+D2T": "tcp", "SIPS+D2T": "tls"}


class Locator:
    """Finds servers. ``family`` limits the addresses; ``chance`` (0 to 1) is what weights are drawn by."""

    def __init__(
        self,
        names: NameService | None = None,
        *,
        family: int = socket.AF_UNSPEC,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._names = names or NameService()
        self._family = family
        self._chance = chance

    async def locate(self, uri: Uri) -> list[Hop]:
        """Where to send a request for ``uri``; who does not answer there is followed by the next (§4.3).

        The transport is the URI's, else what NAPTR says, else TLS for sips and what SRV has for sip, else UDP (§4.1).
        The port is the URI's, else what SRV says (§4.2). Raises ResolveError.
        """
        if not uri.is_sip:
            raise ResolveError(f"a {uri.scheme} URI names no host")
        said = (uri.parameter("transport") or ("tls" if uri.scheme == "sips" else "")).lower()
        if said == "tcp" and uri.scheme == "sips":
            said = "tls"
        host = uri.parameter("maddr") or uri.host
        try:
            return [_hop(said or "udp", str(ip_address(host)), uri.port or 0, "")]
        except ValueError:
            pass
        if uri.port is None:
            found = await (self._by_service(said, host) if said in _SERVICES else self._by_pointer(host))
            if found:
                return found
        return await self._at(said or "udp", host, uri.port or 0, host)

    async def _by_pointer(self, host: str) -> list[Hop]:
        """NAPTR, and without one the SRV records of every transport (§4.1)."""
        pointers = [one for one in await self._names.pointers(host) if one.service in _POINTERS]
        pointers.sort(key=lambda one: (one.order, one.preference))
        ways = [(_POINTERS[one.service], one.replacement) for one in pointers]
        if not ways:
            ways = [(transport, f"{_SERVICES[transport]}.{host}") for transport in ("udp", "tcp")]
        found = await asyncio.gather(*(self._of_services(transport, name, host) for transport, name in ways[:MAX_HOPS]))
        return [hop for hops in found for hop in hops][:MAX_HOPS]

    async def _by_service(self, transport: str, host: str) -> list[Hop]:
        return await self._of_services(transport, f"{_SERVICES[transport]}.{host}", host)

    async def _of_services(self, transport: str, name: str, host: str) -> list[Hop]:
        services = [one for one in await self._names.services(name) if one.target not in {"", "."}]
        in_order = drawn(services, self._chance)[:MAX_HOPS]
        found = await asyncio.gather(
            *(self._at(transport, one.target, one.port, host) for one in in_order), return_exceptions=True
        )
        return [hop for hops in found if not isinstance(hops, BaseException) for hop in hops][:MAX_HOPS]

    async def _at(self, transport: str, target: str, port: int, name: str) -> list[Hop]:
        try:
            addresses = [str(ip_address(target))]
        except ValueError:
            addresses = await self._names.addresses(target, self._family)
        # The certificate is to be for the name that was asked for, whoever SRV says has it (RFC 5922 §4).
        return [_hop(transport, address, port, name) for address in addresses[:MAX_HOPS]]


def drawn(services: Iterable[Service], chance: Callable[[], float]) -> list[Service]:
    """SRV records in the order in which they are to be tried: by priority, within it at random by weight (RFC 2782)."""
    left = sorted(services, key=lambda one: (one.priority, one.weight))  # those of weight 0 first
    order: list[Service] = []
    while left:
        same = [one for one in left if one.priority == left[0].priority]
        mark = chance() * sum(one.weight for one in same)
        chosen = same[-1]
        for one in same:
            mark -= one.weight
            if mark < 0 or (mark == 0 and one.weight == 0):
                chosen = one
                break
        left.remove(chosen)
        order.append(chosen)
    return order


def _hop(transport: str, address: str, port: int, name: str) -> Hop:
    return Hop(transport, (address, port or (5061 if transport == "tls" else 5060)), name=name)


async def resolve(uri: Uri, family: int = socket.AF_UNSPEC) -> list[Hop]:
    """Where to send a request for ``uri``, best first, by the DNS of this machine. Raises ResolveError."""
    return await Locator(family=family).locate(uri)
