"""Who is let in is decided before anything is remembered of a request (RFC 3261 §8.2.7, §26.3.2.4).

A challenge or a refusal at the gate opens no transaction: it costs no memory, is never sent a second time by itself,
and so makes nobody an amplifier of what others send in a forged name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pbx.net.hop import Hop
from pbx.sip.message import Request

GUARDED = frozenset({"INVITE", "REGISTER", "SUBSCRIBE", "MESSAGE", "REFER", "NOTIFY"})
"""Requests outside a dialog that the gate judges. OPTIONS tells everybody the same, and nothing of anybody; what nobody
may do (PUBLISH) is refused to all alike.
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The one answer to a request that is not let in."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...] = ()


class Silence:
    """No answer at all: whoever asks is to learn nothing, not even that somebody is here."""


Gate = Callable[[Request, Hop], Refusal | Silence | None]
"""None lets the request in."""
