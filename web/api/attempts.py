"""How often one may try a password: few wrong ones per login and address, more per address, and per login at all."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from web.api.errors import TooManyError

WINDOW_S = 300.0
PER_LOGIN = 10
PER_ADDRESS = 100
PER_ACCOUNT = 50
MAX_KEYS = 20_000
SITE = 64  # bits of an IPv6 address that one subscriber has in common (RFC 6177 §2): the rest is free to choose


@dataclass(slots=True)
class _Count:
    since: float
    wrong: int


class Attempts:
    """Wrong passwords in windows of WINDOW_S; a right one clears its own count.

    Loopback has no address limit. A login that is guessed at from many addresses is closed to those from which it has
    never been proven, so that nobody can lock a colleague out.
    """

    def __init__(self) -> None:
        self._counts: OrderedDict[tuple[str, str], _Count] = OrderedDict()
        self._proven: OrderedDict[tuple[str, str], None] = OrderedDict()

    def check(self, login: str, address: str, now: float) -> None:
        """Raises TooManyError while there have been too many wrong passwords."""
        place = _place(address)
        limits = [((login, place), PER_LOGIN)]
        if not _is_loopback(address):
            limits.append((("", place), PER_ADDRESS))
            if (login, place) not in self._proven:
                limits.append(((login, ""), PER_ACCOUNT))
        for key, limit in limits:
            count = self._counts.get(key)
            if count is not None and now - count.since < WINDOW_S and count.wrong >= limit:
                raise TooManyError("too many wrong passwords; try again later", count.since + WINDOW_S - now)

    def failed(self, login: str, address: str, now: float) -> None:
        """The password was wrong."""
        place = _place(address)
        for key in ((login, place), ("", place), (login, "")):
            count = self._counts.get(key)
            if count is None or now - count.since >= WINDOW_S:
                count = self._counts[key] = _Count(now, 0)
            count.wrong += 1
            self._counts.move_to_end(key)
        while len(self._counts) > MAX_KEYS:
            self._counts.popitem(last=False)

    def succeeded(self, login: str, address: str) -> None:
        """The password was right: the pair starts anew."""
        pair = login, _place(address)
        self._counts.pop(pair, None)
        self._proven[pair] = None
        self._proven.move_to_end(pair)
        if len(self._proven) > MAX_KEYS:
            self._proven.popitem(last=False)


def _place(address: str) -> str:
    """What stands for everybody who can choose among addresses such as this one."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or ip_network((ip, SITE), strict=False))
    return str(ip)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
