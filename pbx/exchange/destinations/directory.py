"""`*411`: colleagues by name. Three keys or more of first name or surname; then each who fits, one after the other."""

from __future__ import annotations

from config.company import Destination, Person
from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.exchange.house import House
from pbx.exchange.places import Next, completed
from pbx.exchange.typed_keys import typed_keys
from pbx.ports import Digit
from pbx.routing.name_keys import found_by_keys

ATTEMPTS = 3
ENOUGH_KEYS = 3
MOST_KEYS = 12
KEY_S = 5.0
NEXT_KEY_S = 2.0
MOST_OFFERED = 8
TAKE, LEAVE = "1", "*"


async def serve(house: House, call: Call) -> Next:
    if call.caller.login is None:
        raise CallRefusedError(403, "not_allowed")
    await call.answer()
    people = [person for person in house.snapshot().company.people if person.is_active]
    for _ in range(ATTEMPTS):
        keys = await _spelling(house, call)
        if keys == LEAVE:
            return completed()
        fitting = set(found_by_keys(((person.extension, person.name) for person in people), keys))
        for person in [one for one in people if one.extension in fitting][:MOST_OFFERED]:
            if await _offered(house, call, person):
                return Destination(kind="person", target=person.extension)
        await call.say(house.prompts.clips("directory.nobody", call.language))
    return completed()


async def _spelling(house: House, call: Call) -> str:
    """The keys typed; ``#`` or a pause ends them."""
    first = await call.say(house.prompts.clips("directory.spell", call.language), until_digit=True)
    pause_s = lambda keys: NEXT_KEY_S if len(keys) >= ENOUGH_KEYS else KEY_S  # noqa: E731 - as short as a condition
    keys = await typed_keys(call, first, most=MOST_KEYS, pause_s=pause_s)
    return LEAVE if LEAVE in keys else keys


async def _offered(house: House, call: Call, person: Person) -> bool:
    """Say who it is and at which extension; whether the caller takes it."""
    prompts, language = house.prompts, call.language
    clips = prompts.clips("text", language, text=person.name)
    for digit in person.extension:
        clips += prompts.clips(f"digit.{digit}", language)
    clips += prompts.clips("directory.choose", language)
    chosen = await call.say(clips, until_digit=True)
    if chosen is None:
        match await call.next_input(KEY_S):
            case Digit(digit=pressed):
                return pressed == TAKE
            case _:
                return False
    return chosen == TAKE
