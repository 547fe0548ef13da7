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


@dataclass(frozen=True, slots=True)
class ParkIn:
    """To be put down in ``slot``, which is kept for this caller; ``by`` whom, and the extension to come back to."""

    slot: int
    by: str | None
    back_to: str | None


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

    def reserve(self, call: Call) -> int:
        """Keep the lowest free slot until somebody is put into it, or ``call`` ends. Raises BusyError: none is free."""
        number = next((number for number in range(1, self._size + 1) if number not in self._slots), None)
        if number is None:
            raise BusyError("every parking slot is taken")
        slot = self._slots[number] = Slot(number)
        call.at_end(lambda: self._give_back_unused(slot))
        return number

    async def wait(self, number: int, call: Call, longest_s: float) -> Leg | None:
        """Leave the caller in the reserved slot until somebody fetches it; None after ``longest_s``."""
        slot = self._slots.setdefault(number, Slot(number))
        slot.call = call
        fetched_by: Leg | None = None
        try:
            await asyncio.wait({slot.fetched}, timeout=longest_s)
            fetched_by = slot.fetched.result() if slot.fetched.done() else None
            return fetched_by
        finally:
            if fetched_by is None and slot.fetched.done():  # the caller hung up as the slot was dialled
                slot.fetched.result().hang_up()
            self._slots.pop(number, None)

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

    def _give_back_unused(self, slot: Slot) -> None:
        if self._slots.get(slot.number) is slot and slot.call is None:
            del self._slots[slot.number]
