"""Lamps for what is not a person: night switches, parking slots, rooms and what a person has turned on.

A telephone watches them by the code that it dials: ``*281``, ``*701``, ``700``, ``*78EXT``, ``*21EXT``.
"""

from __future__ import annotations

import re

from pbx.exchange.house import House
from pbx.sip.event_packages import Lamp

_WATCHED = re.compile(r"(\*28|\*70|\*78|\*21)([0-9]{1,6})")


class FeatureLamps:
    """Answers for the watched; ``lamp`` is None for what does not exist."""

    def __init__(self, house: House) -> None:
        self._house = house

    def lamp(self, watched: str) -> Lamp | None:
        """On (busy) or off (free)."""
        on = self._is_on(watched)
        return None if on is None else Lamp.BUSY if on else Lamp.FREE

    def _is_on(self, watched: str) -> bool | None:
        house, snapshot = self._house, self._house.snapshot()
        if watched in snapshot.rooms:
            return house.conferences.is_busy(watched)
        found = _WATCHED.fullmatch(watched)
        if found is None:
            return None
        code, rest = found[1], found[2]
        if code == "*70":
            return house.board.parking.has(int(rest))
        if code == "*28":
            names = [switch.name for switch in snapshot.company.switches if str(switch.number) == rest]
            return house.switches.is_on(names[0]) if names else None
        if rest not in snapshot.extensions:
            return None
        if code == "*78":
            return house.forwards.is_on("do_not_disturb", rest)
        return house.forwards.to("always", rest) is not None
