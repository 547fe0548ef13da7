"""The nonces of digest challenges: made without remembering them, remembered once they have proven somebody.

A nonce carries its time and a MAC over that and the source's address, so that making one costs no memory and a nonce
given to one address is worth nothing at another. Only one with which the right password came is kept, with the highest
``nc`` seen (RFC 7616 §3.4.5): strangers fill no table.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from itertools import count

MAX_USED = 50_000
_MAC_LENGTH = 32
_MAX_LENGTH = 100


class Nonces:
    """Makes nonces, and tells whether one may prove somebody (once more)."""

    def __init__(self, secret: bytes, lifetime_s: float, max_used: int = MAX_USED) -> None:
        self._secret = secret
        self._lifetime_s = lifetime_s
        self._max_used = max_used
        self._numbers = count()
        self._used: OrderedDict[str, tuple[int, int]] = OrderedDict()  # nonce -> (when made, highest nc)
        self._forgotten = -1  # what was made until then may have been used and forgotten

    def make(self, source: str, now: float) -> str:
        """A nonce like no other, for a peer at address ``source``."""
        return self._written(f"{int(now):x}-{next(self._numbers):x}", source)

    def use(self, nonce: str, uses: int, source: str, now: float) -> bool:
        """Whether ``nonce`` is good for its use number ``uses``; that one and those before it are spent then.

        A request that overtakes another one costs its phone one more challenge, and nothing else.
        """
        made = self._when_made(nonce, source)
        if made is None or not -5.0 <= now - made <= self._lifetime_s or made <= self._forgotten:
            return False
        _, highest = self._used.get(nonce, (made, 0))
        if uses <= highest:
            return False
        self._used[nonce] = (made, uses)
        self._shrink(now)
        return True

    def _when_made(self, nonce: str, source: str) -> int | None:
        written, _, _ = nonce[:_MAX_LENGTH].rpartition("-")
        ours = self._written(written, source)
        if not hmac.compare_digest(_octets(ours), _octets(nonce)):
            return None
        return int(written.partition("-")[0], 16)

    def _written(self, written: str, source: str) -> str:
        mac = hmac.new(self._secret, _octets(f"{written}:{source}"), hashlib.sha256).hexdigest()
        return f"{written}-{mac[:_MAC_LENGTH]}"

    def _shrink(self, now: float) -> None:
        while self._used:
            nonce, (made, _) = next(iter(self._used.items()))
            if len(self._used) > self._max_used:
                self._forgotten = max(self._forgotten, made)
            elif now - made <= self._lifetime_s:
                return
            del self._used[nonce]


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
