"""Ids that nobody guesses: tags, branches, Call-IDs (RFC 3261 §19.3: at least 32 bits of chance)."""

from __future__ import annotations

import secrets

_OCTETS = 8
_AT_ONCE = 128


class Tokens:
    """Sixteen hexadecimal digits a call, drawn from the kernel many at a time: asking it costs more than an id."""

    def __init__(self) -> None:
        self._left: list[str] = []

    def __call__(self) -> str:
        if not self._left:
            drawn = secrets.token_hex(_OCTETS * _AT_ONCE)
            self._left = [drawn[at : at + 2 * _OCTETS] for at in range(0, len(drawn), 2 * _OCTETS)]
        return self._left.pop()
