"""Which of our addresses a peer reaches us at: what stands in our Via and Contact."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

_REMEMBERED = 4096
_UNSPECIFIED = {"", "0.0.0.0", "::"}  # noqa: S104 - compared with, not bound to


class LocalAddress:
    """``bind`` is what the sockets are bound to; ``advertised`` is our public address behind a 1:1 NAT, or ""."""

    def __init__(self, bind: str, advertised: str) -> None:
        self._bind = bind
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
        if self._advertised and is_public(remote):
            return self._advertised
        if self._bind not in _UNSPECIFIED:
            return self._bind
        family = socket.AF_INET6 if ":" in remote else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((remote, 9))  # sends nothing: only asks the kernel for a route
                return str(probe.getsockname()[0])
            except OSError:
                return self._advertised or ("::1" if family == socket.AF_INET6 else "127.0.0.1")


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
