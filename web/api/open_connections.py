"""How many connections the page's port holds: in all, and of one source, whatever they do."""

from __future__ import annotations

from collections import Counter

MOST = 4000
HERE = frozenset({"127.0.0.1", "::1"})
MOST_PER_SOURCE = 1000  # an office behind one address: a hundred browsers hold some hundred


class OpenConnections:
    """Counts them by source. This machine, where a proxy in front may be, has no bound of its own."""

    def __init__(self, most: int = MOST, most_per_source: int = MOST_PER_SOURCE) -> None:
        self._most = most
        self._most_per_source = most_per_source
        self._by_source: Counter[str] = Counter()

    @property
    def total(self) -> int:
        """How many there are."""
        return self._by_source.total()

    def has_room_for(self, source: str) -> bool:
        """Whether one more of this source may be."""
        if self.total >= self._most:
            return False
        return self._by_source[source] < self._most_per_source or source in HERE

    def opened(self, source: str) -> None:
        """One more is there."""
        self._by_source[source] += 1

    def closed(self, source: str) -> None:
        """One of them is gone."""
        self._by_source[source] -= 1
        if self._by_source[source] <= 0:
            del self._by_source[source]
