"""A conference room, behind its PIN where it has one."""

from __future__ import annotations

from config.company import Destination
from pbx.calls.call import Call
from pbx.calls.conference import attend
from pbx.calls.errors import CallRefusedError
from pbx.calls.ledger import Departure
from pbx.exchange.house import House
from pbx.exchange.places import completed
from pbx.ports import Digit

ATTEMPTS = 3
DIGIT_S = 5.0
LONGEST_PIN = 16


async def serve(house: House, call: Call, destination: Destination) -> Departure:
    room = house.snapshot().rooms.get(destination.target)
    if room is None:
        raise CallRefusedError(404, "not_found")
    await call.answer()
    if room.pin and not await _knows_pin(house, call, room.pin):
        return completed()
    call.tell_answered("room", extension=room.extension)
    return await attend(call, room.extension, tones=room.tones)


async def _knows_pin(house: House, call: Call, pin: str) -> bool:
    for _ in range(ATTEMPTS):
        typed = await call.say(house.prompts.clips("room.enter_pin", call.language), until_digit=True) or ""
        while not typed.endswith("#") and len(typed) < LONGEST_PIN:
            match await call.next_input(DIGIT_S):
                case Digit(digit=digit):
                    typed += digit
                case _:
                    break
        if typed.removesuffix("#") == pin:
            return True
        await call.say(house.prompts.clips("room.wrong_pin", call.language))
    return False
