"""Which of our addresses a peer reaches us at: what stands in our Via and Contact."""

from __future__ import annotations

import socket
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

_REMEMBERED = 4096
_UNSPECIFIED = {"", "0.0.0.0", "::"}  # noqa: S104 - compared with, not bound to


class LocalAddress:
    """``bind`` is what the sockets are bound to; ``advertised`` is our public address behind a 1:1 NAT, or "".

    ``bind_v6`` is an IPv6 address that is listened on beside, or "": peers there are told an address of their family.
    """

    def __init__(self, bind: str, advertised: str, bind_v6: str = "") -> None:
        self._bind = bind
        self._bind_v6 = bind_v6
        self._advertised = advertised
        self._known: dict[str, str] = {}

    def towards(self, remote: str) -> str:
        """Our address for a peer at ``remote``: the advertised one only for peers in the public network."""
        found = self._known.get(remote)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[remote] = self._find(remote)
        return found

    def _find(self, remote: str) -> str:
        is_v6 = ":" in remote
        if self._advertised and is_public(remote) and (not self._bind_v6 or is_v6 == (":" in self._advertised)):
            return self._advertised
        bind = self._bind_v6 if is_v6 and self._bind_v6 else self._bind
        if bind not in _UNSPECIFIED:
            return bind
        family = socket.AF_INET6 if is_v6 else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((remote, 9))  # sends nothing: only asks the kernel for a route
                return str(probe.getsockname()[0])
            except OSError:
                return self._advertised or ("::1" if family == socket.AF_INET6 else "127.0.0.1")


@lru_cache(maxsize=_REMEMBERED)
def literal(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host is, None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_public(host: str) -> bool:
    """Whether this is an address of the public network (names count as not)."""
    address = literal(host)
    return address is not None and address.is_global
