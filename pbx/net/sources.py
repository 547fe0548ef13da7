"""What each source address has used up lately: a bucket of requests, and its calls."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from pbx.net.limits import Limits


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class Sources:
    """Token buckets by address. ``trusted`` exempts addresses that are known (a trunk's) beside the limits' own."""

    def __init__(self, limits: Limits, trusted: Callable[[str], bool] | None = None) -> None:
        self._limits = limits
        self._known = trusted
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._sessions: Counter[str] = Counter()

    def is_trusted(self, address: str) -> bool:
        return address in self._limits.exempt or (self._known is not None and self._known(address))

    def may_request(self, address: str, now: float) -> bool:
        """Whether a new request from there is within its share; it is counted."""
        if self.is_trusted(address):
            return True
        bucket = self._buckets.get(address)
        if bucket is None:
            if len(self._buckets) >= self._limits.sources:
                self._buckets.popitem(last=False)
            bucket = self._buckets[address] = _Bucket(float(self._limits.request_burst), now)
        else:
            self._buckets.move_to_end(address)
        refill = (now - bucket.filled_at) * self._limits.requests_per_s
        bucket.tokens = min(float(self._limits.request_burst), bucket.tokens + refill)
        bucket.filled_at = now
        if bucket.tokens < 1.0:
            return False
        bucket.tokens -= 1.0
        return True

    def may_call(self, address: str) -> bool:
        """Whether one more session from there is within its share."""
        return self._sessions[address] < self._limits.sessions_per_source or self.is_trusted(address)

    def session_opened(self, address: str) -> None:
        self._sessions[address] += 1

    def session_closed(self, address: str) -> None:
        self._sessions[address] -= 1
        if self._sessions[address] <= 0:
            del self._sessions[address]
