"""What every transport of SIP offers to the user agent (RFC 3261 §18)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Protocol

from pbx.net.hop import Hop

Receive = Callable[[bytes, Hop], None]
Failed = Callable[[], None]
Count = Callable[[str], None]

_numbers = count(1)


def next_connection_number() -> int:
    """The number of a new connection: one sequence for all transports, since ``Hop.connection`` alone names it."""
    return next(_numbers)


class Transport(Protocol):
    """One way to send and receive messages; ``name`` is what stands in a Hop."""

    name: str

    def send(self, data: bytes, hop: Hop, failed: Failed | None) -> None:
        """Send a message. ``failed`` is called, later and at most once, when it certainly did not go out."""

    async def stop(self) -> None:
        """Close every socket."""
