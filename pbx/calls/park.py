"""Parking: a caller put down in a numbered slot, hearing music, until somebody dials that slot."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pbx.calls.errors import BusyError, NoSuchCallError
from pbx.calls.leg import Leg

if TYPE_CHECKING:
    from pbx.calls.call import Call

SLOTS = 99


@dataclass(slots=True)
class Slot:
    """A slot in use: kept for a caller on the way to it (``call`` None), or with the caller in it."""

    number: int
    call: Call | None = None
    fetched: asyncio.Future[Leg] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class ParkingLot:
    """The slots of the house, from 1."""

    def __init__(self, slots: int = SLOTS) -> None:
        self._size = slots
        self._slots: dict[int, Slot] = {}

    def reserve(self) -> int:
        """Keep the lowest free slot. Raises BusyError when there is none."""
        number = next((number for number in range(1, self._size + 1) if number not in self._slots), None)
        if number is None:
            raise BusyError("every parking slot is taken")
        self._slots[number] = Slot(number)
        return number

    def give_back(self, number: int) -> None:
        """The slot is free again."""
        self._slots.pop(number, None)

    def give_back_unused(self, number: int) -> None:
        """The slot is free again, unless somebody has been put into it."""
        slot = self._slots.get(number)
        if slot is not None and slot.call is None:
            self.give_back(number)

    async def wait(self, number: int, call: Call, longest_s: float) -> Leg | None:
        """Leave the caller in the reserved slot until somebody fetches it; None after ``longest_s``."""
        slot = self._slots.setdefault(number, Slot(number))
        slot.call = call
        try:
            async with asyncio.timeout(longest_s):
                return await slot.fetched
        except TimeoutError:
            return None
        finally:
            self.give_back(number)

    def fetch(self, number: int, leg: Leg) -> Call:
        """``leg`` takes the caller out of the slot; the caller's call. Raises NoSuchCallError when nobody is there."""
        slot = self._slots.get(number)
        if slot is None or slot.call is None or slot.fetched.done():
            raise NoSuchCallError(f"nobody is parked in slot {number}")
        slot.fetched.set_result(leg)
        return slot.call

    def has(self, number: int) -> bool:
        """Whether somebody is there to be fetched."""
        slot = self._slots.get(number)
        return slot is not None and slot.call is not None and not slot.fetched.done()
