"""What DNS says of a name, asked beside everything else and remembered as long as it holds (RFC 2782, RFC 3403)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dns.asyncresolver
import dns.exception
import dns.nameserver
import dns.rdatatype
import dns.resolver

from pbx.net.errors import ResolveError

QUERY_WITHIN_S = 3.0
REMEMBERED = 2048
MAX_RECORDS = 32


@dataclass(frozen=True, slots=True)
class Service:
    """One SRV record (RFC 2782)."""

    priority: int
    weight: int
    port: int
    target: str


@dataclass(frozen=True, slots=True)
class Pointer:
    """One NAPTR record with flag ``s`` (RFC 3263 §4.1): ``service`` as in ``SIPS+D2T``, ``replacement`` an SRV name."""

    order: int
    preference: int
    service: str
    replacement: str


class NameService:
    """Asks ``servers`` (address and port), or those of this machine; answers are kept as long as their TTL says."""

    def __init__(self, servers: Sequence[tuple[str, int]] = ()) -> None:
        self._servers = tuple(servers)
        self._resolver: dns.asyncresolver.Resolver | None = None

    async def addresses(self, host: str, family: int = socket.AF_UNSPEC) -> list[str]:
        """The addresses of ``host``. Raises ResolveError when it has none.

        Without servers of its own it goes by all that this machine goes by, ``/etc/hosts`` for one.
        """
        if self._servers:
            kinds = [kind for kind, of in (("A", socket.AF_INET), ("AAAA", socket.AF_INET6)) if family in {0, of}]
            found = [str(record.address) for kind in kinds for record in await self._ask(host, kind)]
            if found:
                return found
        try:
            entries = await asyncio.get_running_loop().getaddrinfo(host, 0, family=family, type=socket.SOCK_DGRAM)
        except (OSError, UnicodeError) as error:  # UnicodeError: a name that IDNA cannot write
            raise ResolveError(f"{host}: {getattr(error, 'strerror', None) or error}") from None
        return list(dict.fromkeys(str(entry[4][0]) for entry in entries))

    async def services(self, name: str) -> list[Service]:
        """The SRV records of ``name``, as ``_sip._udp.example.com``; none when there are none or nobody answers."""
        return [
            Service(record.priority, record.weight, record.port, record.target.to_text(omit_final_dot=True))
            for record in await self._ask(name, "SRV")
        ]

    async def pointers(self, domain: str) -> list[Pointer]:
        """The NAPTR records of ``domain`` that lead to SRV records."""
        return [
            Pointer(
                record.order,
                record.preference,
                record.service.decode("ascii", "replace").upper(),
                record.replacement.to_text(omit_final_dot=True),
            )
            for record in await self._ask(domain, "NAPTR")
            if record.flags.lower() == b"s"
        ]

    async def _ask(self, name: str, kind: str) -> list[Any]:
        if self._resolver is None:
            self._resolver = await asyncio.to_thread(self._prepare)  # reads /etc/resolv.conf
        if not self._resolver.nameservers:
            return []
        try:
            answer = await self._resolver.resolve(name, dns.rdatatype.from_text(kind), lifetime=QUERY_WITHIN_S)
        except (dns.exception.DNSException, OSError, UnicodeError):
            return []
        return list(answer)[:MAX_RECORDS]

    def _prepare(self) -> dns.asyncresolver.Resolver:
        try:
            resolver = dns.asyncresolver.Resolver(configure=not self._servers)
        except dns.resolver.NoResolverConfiguration:
            resolver = dns.asyncresolver.Resolver(configure=False)
        if self._servers:
            resolver.nameservers = [dns.nameserver.Do53Nameserver(host, port) for host, port in self._servers]
        resolver.cache = dns.resolver.LRUCache(REMEMBERED)
        return resolver
