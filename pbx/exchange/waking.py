"""Wake-up calls made: the telephones ring, a voice says why, and music plays until somebody hangs up."""

from __future__ import annotations

import asyncio

import structlog

from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.calls.ledger import Departure
from pbx.calls.originate import ring_caller
from pbx.calls.party import Party
from pbx.exchange.house import House
from pbx.exchange.places import Next, completed
from pbx.media.messages import Clip
from pbx.routing.codes import WakeUp
from pbx.routing.wake_ups import next_moment

LOOK_S = 5.0
RING_S = 45.0
AGAIN_AFTER_S = 180.0
ATTEMPTS = 3
MUSIC_S = 60.0
TOO_LATE_S = 1800.0
"""A call that could not be made for so long wakes nobody any more."""
SET = (Clip(tone="beep"),)
CLEARED = (Clip(tone="beep"), Clip(silence_ms=200), Clip(tone="beep"))

log = structlog.get_logger()


async def serve(house: House, call: Call, code: WakeUp) -> Next:
    """`*35HHMM`: at that time; `*35`: no longer. One beep: set; two: cleared."""
    extension = call.caller.extension
    if extension is None:
        raise CallRefusedError(403, "not_allowed")
    at = None
    if code.at is not None:
        hour, minute = code.at
        if hour > 23 or minute > 59:
            raise CallRefusedError(404, "not_found")
        at = next_moment(hour, minute, call.board.clock(), house.snapshot().company.time_zone)
    house.wake_ups.set(extension, at)
    await call.answer()
    await call.say(SET if at is not None else CLEARED)
    return completed()


class Waking:
    """Looks every few seconds who is to be woken."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._attempts: dict[str, int] = {}

    async def run(self) -> None:
        """Until cancelled. A clock that is set is followed: what was due meanwhile is due now."""
        while True:
            await asyncio.sleep(LOOK_S)
            self.look()

    def look(self) -> None:
        """Begin the calls that are due."""
        house, now = self._house, self._house.board.clock()
        for extension in house.wake_ups.due(now):
            at = house.wake_ups.at(extension) or now
            attempt = self._attempts.pop(extension, 0) + 1
            if now - at > TOO_LATE_S or extension not in house.snapshot().extensions:
                log.warning("wake_up_missed", extension=extension, late_s=round(now - at))
                house.wake_ups.set(extension, None)
                continue
            # Until somebody has answered, it is to be tried again.
            house.wake_ups.set(extension, now + AGAIN_AFTER_S if attempt < ATTEMPTS else None)
            if attempt < ATTEMPTS:
                self._attempts[extension] = attempt
            self._call(extension)

    def _call(self, extension: str) -> None:
        house = self._house
        person = house.snapshot().extensions[extension]
        party = Party(extension, person.name, login=person.login, extension=extension)
        call = house.board.new_call("internal", party, "*35", None, language=person.language)

        async def travel(call: Call) -> Departure:
            targets = house.registrar.targets(extension)
            if not targets:
                raise CallRefusedError(480, "unreachable", "missed")
            await ring_caller(call, targets, RING_S)
            house.wake_ups.set(extension, None)
            self._attempts.pop(extension, None)
            call.tell_answered("wake_up", login=person.login, extension=extension)
            await call.say(house.prompts.clips("wake_up", call.language))
            call.play((house.prompts.music("default"),), loop=True)
            await asyncio.sleep(MUSIC_S)
            return completed()

        call.start(travel)
