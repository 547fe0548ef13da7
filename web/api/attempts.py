"""How often one may try a password: few wrong ones per login and address, more per address."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import ip_address

from web.api.errors import TooManyError

WINDOW_S = 300.0
PER_LOGIN = 10
PER_ADDRESS = 100
MAX_KEYS = 20_000


@dataclass(slots=True)
class _Count:
    since: float
    wrong: int


class Attempts:
    """Wrong passwords in windows of WINDOW_S; a right one clears its own count. Loopback has no address limit."""

    def __init__(self) -> None:
        self._counts: OrderedDict[tuple[str, str], _Count] = OrderedDict()

    def check(self, login: str, address: str, now: float) -> None:
        """Raises TooManyError while there have been too many wrong passwords."""
        for key, limit in _keys(login, address):
            count = self._counts.get(key)
            if count is not None and now - count.since < WINDOW_S and count.wrong >= limit:
                raise TooManyError("too many wrong passwords; try again later", count.since + WINDOW_S - now)

    def failed(self, login: str, address: str, now: float) -> None:
        """The password was wrong."""
        for key, _ in _keys(login, address):
            count = self._counts.get(key)
            if count is None or now - count.since >= WINDOW_S:
                count = self._counts[key] = _Count(now, 0)
            count.wrong += 1
            self._counts.move_to_end(key)
        while len(self._counts) > MAX_KEYS:
            self._counts.popitem(last=False)

    def succeeded(self, login: str, address: str) -> None:
        """The password was right: the pair starts anew."""
        self._counts.pop((login, address), None)


def _keys(login: str, address: str) -> list[tuple[tuple[str, str], int]]:
    keys = [((login, address), PER_LOGIN)]
    if not _is_loopback(address):
        keys.append((("", address), PER_ADDRESS))
    return keys


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
