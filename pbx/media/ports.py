"""Where legs receive: a few UDP ports shared by all, an even one for RTP and the odd one above it for RTCP.

A *place* is one RTP socket: a port on one local address. The first places are shared; those of the last quarter of the
range are kept for legs whose peer cannot be told from another's by address (one address announced by many calls).
"""

from __future__ import annotations

import ipaddress
import socket as sockets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pbx.media.errors import NoPortError, PortsError
from pbx.media.lookup import is_six

LOOPBACK, LOOPBACK_SIX = "127.0.0.1", "::1"
BUFFER_BYTES = 4 << 20
_SO_SNDBUFFORCE, _SO_RCVBUFFORCE = 32, 33  # Linux; Python has no names for them
REST_S = 5.0
TOGETHER = 128  # legs that share a place before the next one is taken: each place in use costs two system calls a pass


@dataclass(frozen=True, slots=True)
class Place:
    """One pair of sockets: ``index`` of the RTP one in the worker's list; its RTCP socket is ``index + places``."""

    index: int
    address: str
    port: int
    kept: bool


def pairs_of(first: int, last: int, number: int, workers: int) -> list[int]:
    """The even ports that worker ``number`` of ``workers`` takes of the range. Raises PortsError when none is left."""
    ports = list(range(first, last, 2))
    mine = ports[number::workers]
    if not mine:
        raise PortsError(f"ports {first}-{last} hold {len(ports)} pairs; worker {number} of {workers} gets none")
    return mine


def places_of(ports: Sequence[int], addresses: Sequence[str]) -> list[Place]:
    """Every port on every address, the last quarter of the ports kept back."""
    kept = set(ports[len(ports) - len(ports) // 4 :])
    pairs = [(address, port) for address in addresses for port in ports]
    return [Place(index, address, port, port in kept) for index, (address, port) in enumerate(pairs)]


def local_addresses(wanted: str) -> list[str]:
    """Loopback and one address of a real interface, of each IP version that the machine has.

    The real one is ``wanted``, or the one that leads outside.
    """
    found = []
    for family, loopback, outside in (
        (sockets.AF_INET, LOOPBACK, ("192.0.2.1", 9)),
        (sockets.AF_INET6, LOOPBACK_SIX, ("2001:db8::1", 9)),
    ):
        if family == sockets.AF_INET6 and not _can_bind(loopback):
            continue
        found.append(loopback)
        given = ipaddress.ip_address(wanted) if wanted else None
        same = given is not None and (given.version == 6) == (family == sockets.AF_INET6)
        if given is not None and same and not given.is_loopback and not given.is_unspecified:
            found.append(str(given))
            continue
        leads_out = _leads_to(family, outside)
        if leads_out is not None and leads_out not in found:
            found.append(leads_out)
    return found


def _leads_to(family: int, outside: tuple[str, int]) -> str | None:
    """Our address on the way to another; sends nothing, the kernel chooses. None where there is no way."""
    try:
        with sockets.socket(family, sockets.SOCK_DGRAM) as probe:
            probe.connect(outside)
            found = ipaddress.ip_address(str(probe.getsockname()[0]).partition("%")[0])
    except OSError:
        return None
    return None if found.is_unspecified or found.is_link_local else str(found)


def _can_bind(address: str) -> bool:
    try:
        with sockets.socket(sockets.AF_INET6, sockets.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


def advertised_of(place: Place, advertised: str) -> str:
    """What is written into SDP for ``place``."""
    fits = bool(advertised) and is_six(advertised) == is_six(place.address)
    return advertised if fits and place.address not in {LOOPBACK, LOOPBACK_SIX} else place.address


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def open_sockets(places: Sequence[Place]) -> list[sockets.socket]:
    """RTP sockets of all places, then their RTCP sockets. Raises PortsError naming the port that cannot be had."""
    opened: list[sockets.socket] = []
    for offset in (0, 1):
        for place in places:
            six = is_six(place.address)
            one = sockets.socket(sockets.AF_INET6 if six else sockets.AF_INET, sockets.SOCK_DGRAM)
            opened.append(one)
            if six:
                one.setsockopt(sockets.IPPROTO_IPV6, sockets.IPV6_V6ONLY, 1)
            one.setblocking(False)
            _enlarge(one)
            try:
                one.bind((place.address, place.port + offset))
            except OSError as error:
                for each in opened:
                    each.close()
                raise PortsError(f"media port {place.address}:{place.port + offset}: {error.strerror}") from None
    return opened


def _enlarge(one: sockets.socket) -> None:
    """Room for a burst: beyond the system's limit where we may, else up to it."""
    for option, forced in ((sockets.SO_RCVBUF, _SO_RCVBUFFORCE), (sockets.SO_SNDBUF, _SO_SNDBUFFORCE)):
        try:
            one.setsockopt(sockets.SOL_SOCKET, forced, BUFFER_BYTES)
        except OSError:
            one.setsockopt(sockets.SOL_SOCKET, option, BUFFER_BYTES)


@dataclass(slots=True)
class _Tenancy:
    """Who uses a place: legs by the address of their signalling, and the sources that they have announced."""

    legs: int = 0
    peers: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)  # legs whose peer has announced nothing yet
    announced: Counter[int] = field(default_factory=Counter)
    resting: dict[int, float] = field(default_factory=dict)


class Ports:
    """Chooses places, so that no two legs of one place have a peer of the same address."""

    def __init__(self, places: Sequence[Place], dedicated: bool = False) -> None:
        """``dedicated``: a place for each leg alone, for the peer that insists; when all are taken, no more legs."""
        self.places = list(places)
        self._dedicated = dedicated
        self._tenancies = [_Tenancy() for _ in places]
        self._crowded: set[str] = set()  # peers seen to announce one address for several calls
        self.own = {(place.address, place.port + odd) for place in places for odd in (0, 1)}

    def addresses(self, family: int) -> list[str]:
        """Our addresses of one IP version."""
        return sorted({place.address for place in self.places if is_six(place.address) == (family == 6)})

    def addresses_for(self, peer: str, secure: bool, family: int = 4) -> list[str]:
        """Our addresses of one IP version for a leg signalled from ``peer``: loopback for loopback, unless it is a
        browser's. None where this machine has no such version.
        """
        present = self.addresses(family)
        from_here = _is_loopback(peer) and not secure
        wanted = [each for each in present if _is_loopback(each) == from_here]
        return wanted or present

    def ways_to(self, place: Place, peer: str, advertised: str) -> list[tuple[str, int]]:
        """Where the browser of a leg at ``place`` may reach it: as advertised, at the socket itself, by the other IP
        version, and over loopback if it is signalled from here.
        """
        found = [(advertised_of(place, advertised), place.port), (place.address, place.port)]
        for each in self.places:
            if each.port == place.port and (_is_loopback(peer) or not _is_loopback(each.address)):
                found += [(advertised_of(each, advertised), each.port), (each.address, each.port)]
        return list(dict.fromkeys(found))

    def choose(
        self, addresses: Iterable[str], peer: str, source: int | None, now: float, port: int | None = None
    ) -> Place:
        """The best place on one of ``addresses`` for a leg signalled from ``peer`` that announces ``source``, if known.

        ``port`` is taken if it is ours and collides with nothing: a leg that is made again stays where its peer sends.

        A place without any collision is preferred to one that is merely less used; kept places are for peers that
        collide. Legs of one peer are spread, so that what comes from behind its NAT has few legs to be for; those of
        different peers share a place up to TOGETHER. There is always an answer: a collision that cannot be avoided
        shows again when the peer is announced. Raises NoPortError when places are dedicated and none is free.
        """
        wanted = set(addresses)
        possible = [place for place in self.places if place.address in wanted and self._is_free(place)]
        if not possible:
            raise NoPortError(f"all {len(self.places)} ports are taken")
        for place in possible:
            if place.port == port and not self._cost(place, peer, source, now)[0]:
                return place
        return min(possible, key=lambda place: self._cost(place, peer, source, now))

    def _is_free(self, place: Place) -> bool:
        return not self._dedicated or not self._tenancies[place.index].legs

    def _cost(self, place: Place, peer: str, source: int | None, now: float) -> tuple[int, ...]:
        tenancy = self._tenancies[place.index]
        if source is not None:
            collides = 2 * (tenancy.announced[source] > 0) + (tenancy.resting.get(source, 0.0) > now)
        else:
            collides = 2 * (tenancy.legs > 0 and peer in self._crowded)
        return collides, int(place.kept), tenancy.waiting[peer], tenancy.peers[peer], tenancy.legs // TOGETHER

    def holders(self, place: Place, source: int) -> int:
        """How many live legs of the place have announced ``source``."""
        return self._tenancies[place.index].announced[source]

    def rests(self, place: Place, source: int, now: float) -> bool:
        return self._tenancies[place.index].resting.get(source, 0.0) > now

    def enter(self, place: Place, peer: str) -> None:
        tenancy = self._tenancies[place.index]
        tenancy.legs += 1
        tenancy.peers[peer] += 1
        tenancy.waiting[peer] += 1

    def announce(self, place: Place, peer: str, source: int, previous: int | None) -> None:
        """The leg's peer has announced ``source``; ``previous`` is what it had announced before."""
        tenancy = self._tenancies[place.index]
        if previous is None:
            tenancy.waiting -= Counter({peer: 1})
        else:
            tenancy.announced -= Counter({previous: 1})
        tenancy.announced[source] += 1

    def crowd(self, peer: str) -> None:
        """Remember that this peer announces one address for several calls."""
        if len(self._crowded) < 4096:
            self._crowded.add(peer)

    def leave(self, place: Place, peer: str, announced: int | None, sources: Iterable[int], now: float) -> None:
        """The leg is gone; its ``sources`` rest for a while, as late packets may still come."""
        tenancy = self._tenancies[place.index]
        tenancy.legs -= 1
        tenancy.peers[peer] -= 1
        if not tenancy.peers[peer]:
            del tenancy.peers[peer]
        if announced is None:
            tenancy.waiting -= Counter({peer: 1})
        else:
            tenancy.announced -= Counter({announced: 1})
        for source in sources:
            tenancy.resting[source] = now + REST_S
        if len(tenancy.resting) > 64:
            tenancy.resting = {source: until for source, until in tenancy.resting.items() if until > now}
