"""Parking slots: the caller who is put down in one, and the parker who asks for one."""

from __future__ import annotations

import asyncio

from config.company import Destination
from pbx.calls.call import Call
from pbx.calls.park import ParkIn
from pbx.events import CallParked, CallRetrieved
from pbx.exchange.house import House
from pbx.exchange.places import Next, after, completed

SPEAKING_S = 60.0


async def serve(house: House, call: Call, place: ParkIn) -> Next:
    """Music until somebody dials the slot; after the company's ``park_s``, back to who parked."""
    call.play((house.prompts.music("default"),), loop=True)
    call.emit(CallParked(place.slot, place.by))
    leg = await house.board.parking.wait(place.slot, call, float(house.snapshot().company.park_s))
    if leg is not None:
        call.emit(CallRetrieved(place.slot, leg.party.login))
        return after(await call.connect(leg))
    if place.back_to is None:
        return completed()
    return Destination(kind="person", target=place.back_to)


async def serve_parker(house: House, call: Call) -> Next:
    """Tell the slot to who is about to park somebody: by an attended transfer, the caller takes the parker's place."""
    slot = house.board.parking.reserve(call)
    call.place = ParkIn(slot, call.caller.login, call.caller.extension)
    await call.answer()
    await call.say(house.prompts.clips("park.slot", call.language, slot=slot))
    await asyncio.sleep(SPEAKING_S)
    return completed()
