"""Devices that come while a call rings: the question that a ringing puts to whoever tells sleeping browsers of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from pbx.calls.party import Party
from pbx.calls.target import Target

if TYPE_CHECKING:
    from pbx.calls.dial import Dial


class Arrivals(Protocol):
    """What may bring further devices (`Dial.join`) to one ringing."""

    @property
    def awaited(self) -> Sequence[Party]:
        """Who has been told and may still come."""

    async def bring(self, dial: Dial) -> None:
        """Tell people, and let ``dial`` ring what comes; until it is over, silence ends no ringing."""

    async def bring_back(self, dial: Dial, gone: Target) -> None:
        """Let ``dial`` ring whoever comes again whose connection was lost while it rang."""

    def over(self, answered: bool) -> None:
        """The ringing is over: nobody needs to come any more."""
