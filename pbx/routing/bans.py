"""Who has failed too often, and for how long nobody listens to them: longer each time. Pure: ``now`` comes in."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass


@dataclass(slots=True)
class _Record:
    failures: int = 0
    bans: int = 0
    banned_until: float = 0.0
    last: float = 0.0


class Bans:
    """Failures by key (a source address, an account). ``tolerated`` failures in a row are forgiven; then each ban is
    twice as long as the one before, from ``first_s`` to ``longest_s``. A key that keeps quiet for ``memory_s`` after
    its ban starts anew. At most ``capacity`` keys are remembered; the one that was quiet longest is forgotten first.
    """

    def __init__(
        self,
        *,
        tolerated: int = 10,
        first_s: float = 30.0,
        longest_s: float = 86_400.0,
        memory_s: float = 3600.0,
        capacity: int = 20_000,
    ) -> None:
        self._tolerated = tolerated
        self._first_s = first_s
        self._longest_s = longest_s
        self._memory_s = memory_s
        self._capacity = capacity
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def __len__(self) -> int:
        return len(self._records)

    def remaining_s(self, key: str, now: float) -> float:
        """Seconds for which ``key`` is still banned; 0 when it is not."""
        record = self._records.get(key)
        return 0.0 if record is None else max(0.0, record.banned_until - now)

    def failed(self, key: str, now: float) -> float:
        """One more failure; the length of the ban that it brings, in seconds, or 0."""
        record = self._records.get(key)
        if record is None or now - max(record.last, record.banned_until) > self._memory_s:
            record = self._records[key] = _Record()
        self._records.move_to_end(key)
        record.last = now
        record.failures += 1
        while len(self._records) > self._capacity:
            self._records.popitem(last=False)
        if record.failures <= self._tolerated:
            return 0.0
        length = min(self._first_s * 2.0 ** min(record.bans, 40), self._longest_s)
        record.bans += 1
        record.failures = 0
        record.banned_until = now + length
        return length

    def pardon(self, key: str) -> None:
        """Forget everything of ``key``: it has shown who it is."""
        self._records.pop(key, None)

    def succeeded(self, key: str) -> None:
        """Forget the failures in a row; how often it was banned stays known for a while."""
        record = self._records.get(key)
        if record is not None:
            record.failures = 0
