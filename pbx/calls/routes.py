"""What a number dialled during a call leads to: the question that calls put to the exchange."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pbx.calls.arrivals import Arrivals
from pbx.calls.party import Party
from pbx.calls.target import Target

if TYPE_CHECKING:
    from pbx.calls.call import Call


@dataclass(frozen=True, slots=True)
class Onward:
    """A place that serves a caller by itself: a queue, a menu, a room, a parking slot … (for the journey to know)."""

    place: object


@dataclass(frozen=True, slots=True)
class Reachable:
    """Somebody to ring. ``place`` is where the caller goes when nobody answers and nobody is left to go back to;
    ``arrivals`` brings who has to be woken first."""

    targets: Sequence[Target]
    ring_s: float
    place: object
    arrivals: Arrivals | None = None


class Router(Protocol):
    def route(self, call: Call, dialled: str, by: Party) -> Onward | Reachable:
        """Where ``dialled`` leads when ``by`` sends a call there. Raises CallRefusedError."""
