"""Where trunks are: looked up beside the calls, again and again, and which of their addresses have failed lately."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from ipaddress import ip_address

from config.company import Trunk
from pbx.background import for_ever
from pbx.net.errors import ResolveError
from pbx.net.hop import Hop
from pbx.net.resolve import Locator
from pbx.sip.uri import Uri

RESOLVE_EVERY_S = 60.0  # answers of name servers are kept as long as they say
FIRST_WITHIN_S = 2.0
RESOLVE_AGAIN_S = 5.0  # while an address is missing
DEFAULT_PORTS = {"tls": 5061}

Address = tuple[str, int, str]  # host, port (0: as DNS says), transport


class TrunkAddresses:
    """The hops of every trunk, best first (RFC 3263). From ``start`` to ``stop`` no call waits for DNS."""

    def __init__(self, locator: Locator, clock: Callable[[], float]) -> None:
        self._locator = locator
        self._clock = clock
        self._hops: dict[Address, tuple[Hop, ...]] = {}
        self._failed_until: dict[Hop, float] = {}
        self._wanted: set[Address] = set()
        self._changed = asyncio.Event()
        self._resolving: asyncio.Task[None] | None = None

    def configure(self, trunks: Iterable[Trunk]) -> None:
        """Look for these from now on."""
        self._wanted = {_address(trunk) for trunk in trunks}
        self._hops = {address: hops for address, hops in self._hops.items() if address in self._wanted}
        for host, port, transport in self._wanted:
            with contextlib.suppress(ValueError):
                known = "udp" if transport == "auto" else transport
                remote = str(ip_address(host)), port or DEFAULT_PORTS.get(known, 5060)
                self._hops[host, port, transport] = (Hop(known, remote),)
        self._changed.set()

    def hops(self, trunk: Trunk) -> tuple[Hop, ...]:
        """Where the trunk is: those that have not failed lately first; empty while none is known."""
        now = self._clock()
        hops = self._hops.get(_address(trunk), ())
        return tuple(sorted(hops, key=lambda hop: self._failed_until.get(hop, 0.0) > now))

    def failed(self, trunk: Trunk, hop: Hop, rest_s: float) -> bool:
        """``hop`` gave no answer, or 503: whether the trunk has another that has not failed lately (RFC 3263 §4.3)."""
        now = self._clock()
        self._failed_until = {one: until for one, until in self._failed_until.items() if until > now}
        self._failed_until[hop] = now + rest_s
        return any(one not in self._failed_until for one in self._hops.get(_address(trunk), ()))

    def works(self, hop: Hop) -> None:
        """``hop`` has answered."""
        self._failed_until.pop(hop, None)

    async def start(self, within_s: float = FIRST_WITHIN_S) -> None:
        """Look the host names up, and go on doing so. Name servers that say nothing keep no exchange from starting."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self.resolve()
        self._resolving = for_ever(self._keep_resolved, "trunk_addresses")

    async def stop(self) -> None:
        """No more look-ups."""
        if self._resolving is not None:
            self._resolving.cancel()
            await asyncio.gather(self._resolving, return_exceptions=True)
            self._resolving = None

    async def resolve(self) -> None:
        """Look every host name up once. One that cannot be found stays where it was last seen."""
        self._changed.clear()
        await asyncio.gather(*(self._resolve(address) for address in self._wanted if not _is_literal(address)))

    async def _keep_resolved(self) -> None:
        while True:
            is_complete = all(address in self._hops for address in self._wanted)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RESOLVE_EVERY_S if is_complete else RESOLVE_AGAIN_S):
                    await self._changed.wait()
            await self.resolve()

    async def _resolve(self, address: Address) -> None:
        with contextlib.suppress(ResolveError):
            found = await self._locator.locate(uri_of(*address))
            if found:
                self._hops[address] = tuple(found)


def uri_of(host: str, port: int, transport: str) -> Uri:
    """What is looked up for a trunk."""
    return Uri("sip", "", host, port or None, () if transport == "auto" else (("transport", transport),))


def _address(trunk: Trunk) -> Address:
    return trunk.host, trunk.port, trunk.transport


def _is_literal(address: Address) -> bool:
    try:
        ip_address(address[0])
    except ValueError:
        return False
    return True
