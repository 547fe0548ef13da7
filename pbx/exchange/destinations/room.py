"""A conference room, behind its PIN where it has one; who leads it does so by keys.

Everybody: ``*1`` mutes oneself. Moderators: ``*2`` locks the door, ``*3`` mutes all the others, ``*4`` sends everybody
home, ``*5NUMBER#`` calls somebody in, ``*6`` records, or no longer: everybody hears which.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from config.company import Destination, Room
from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.calls.ledger import Departure
from pbx.calls.originate import ring_caller
from pbx.calls.party import Party
from pbx.events import Direction
from pbx.exchange.conferences import Conference, Member
from pbx.exchange.house import House
from pbx.exchange.outside_line import outside_line
from pbx.exchange.places import completed
from pbx.exchange.typed_keys import typed_keys
from pbx.media.messages import Clip
from pbx.ports import Digit, TimedOut
from pbx.routing.dialplan import ToDestination, ToOutside
from pbx.routing.errors import TrunkUnavailableError

ATTEMPTS = 3
DIGIT_S = 5.0
LONGEST_PIN = 16
LONGEST_NUMBER = 20
CALL_IN_RING_S = 40.0
YES = (Clip(tone="beep"),)
Ring = Callable[[Call], Awaitable[None]]
NO = (Clip(tone="beep"), Clip(silence_ms=150), Clip(tone="beep"))


async def serve(house: House, call: Call, destination: Destination) -> Departure:
    room = house.snapshot().rooms.get(destination.target)
    if room is None:
        raise CallRefusedError(404, "not_found")
    await call.answer()
    pin = ""
    if room.pin or room.moderator_pin:
        asked = await _pin(house, call, room)
        if asked is None:
            return completed()
        pin = asked
    is_moderator = pin == room.moderator_pin if room.moderator_pin else call.caller.login is not None
    conference = house.conferences.of(room.extension)
    if conference is not None and not is_moderator:
        if conference.is_locked:
            await call.say(house.prompts.clips("room.locked", call.language))
            return completed()
        if len(conference.members) >= room.max_members:
            await call.say(house.prompts.clips("room.full", call.language))
            return completed()
    call.tell_answered("room", extension=room.extension)
    return await Attendance(house, call, room, is_moderator).run()


class Attendance:
    """One caller in a room, and the keys that the caller presses there."""

    def __init__(self, house: House, call: Call, room: Room, is_moderator: bool) -> None:
        self._house = house
        self._call = call
        self._room = room
        self._member = Member(call, is_moderator)

    async def run(self) -> Departure:
        """Until the caller leaves, or a moderator ends the conference."""
        plane, leg, room = self._call.board.plane, self._call.caller_leg, self._room
        plane.join_room(leg.id, room.extension, tones=room.tones)
        if not room.tones:
            leg.play((Clip(tone="join"),))
        conference = self._house.conferences.enter(room.extension, self._member)
        try:
            if room.record and len(conference.members) == 1:
                conference.record(self._call, room.name)
            if conference.recording is not None:
                self._call.play(self._house.prompts.clips("room.recording_on", self._call.language))
            while True:
                if await self._key(None) == "*":
                    await self._do(conference, await self._key(DIGIT_S))
        finally:
            self._house.conferences.leave(conference, self._member)
            if not leg.is_gone:
                plane.leave_room(leg.id)

    async def _do(self, conference: Conference, key: str | None) -> None:
        member = self._member
        if key == "1" and (member.is_moderator or not conference.all_muted):
            member.mute(not member.is_muted)
            self._tell(not member.is_muted)
        elif member.is_moderator and key == "2":
            conference.is_locked = not conference.is_locked
            self._tell(not conference.is_locked)
        elif member.is_moderator and key == "3":
            conference.mute_all(not conference.all_muted)
            self._tell(not conference.all_muted)
        elif member.is_moderator and key == "4":
            for other in list(conference.members):
                other.call.leave("system", "conference_ended", "answered")
        elif member.is_moderator and key == "5":
            self._tell(await self._call_in())
        elif member.is_moderator and key == "6":
            self._switch_recording(conference)

    def _switch_recording(self, conference: Conference) -> None:
        if conference.recording is None:
            conference.record(self._call, self._room.name)
        else:
            conference.stop_recording()
        said = "room.recording_off" if conference.recording is None else "room.recording_on"
        for member in conference.members:
            member.call.play(self._house.prompts.clips(said, member.call.language))

    def _tell(self, opened: bool) -> None:
        """One beep: open again, or done; two: closed, or impossible."""
        self._call.play(YES if opened else NO)

    async def _call_in(self) -> bool:
        """Ring a number; who answers is in the room. It is dialled as the moderator's telephone would."""
        number = await typed_keys(self._call, None, most=LONGEST_NUMBER, pause_s=DIGIT_S)
        place = self._house.snapshot().dialplan.from_phone(number)
        caller = self._call.caller
        if caller.login is None:  # the outside may not make the house dial
            return False
        if isinstance(place, ToDestination) and place.destination.kind == "person":
            targets = self._house.registrar.targets(place.destination.target)
            self._begin(caller, place.dialled, "internal", lambda call: ring_caller(call, targets, CALL_IN_RING_S))
            return bool(targets)
        if isinstance(place, ToOutside) and not place.emergency:
            self._begin(caller, place.number, "outbound", lambda call: self._ring_outside(call, place))
            return True
        return False

    def _begin(
        self, caller: Party, dialled: str, direction: Direction, ring: Callable[[Call], Awaitable[None]]
    ) -> None:
        board, room = self._call.board, self._room
        call = board.new_call(direction, caller, dialled, None, language=self._call.language)

        async def travel(call: Call) -> Departure:
            await ring(call)
            call.tell_answered("room", extension=room.extension)
            return await Attendance(self._house, call, room, is_moderator=False).run()

        call.start(travel)

    async def _ring_outside(self, call: Call, place: ToOutside) -> None:
        person = self._house.snapshot().people.get(call.caller.login or "")
        try:
            line = outside_line(self._house, place, person)
        except TrunkUnavailableError as error:
            raise CallRefusedError(error.status, "no_trunk") from None
        with line:
            if line.target is None:
                raise CallRefusedError(503, "no_trunk")
            await ring_caller(call, [line.target], CALL_IN_RING_S)

    async def _key(self, within_s: float | None) -> str | None:
        """The next key; None when none comes in time."""
        while True:
            match await self._call.next_input(within_s):
                case Digit(digit=digit):
                    return digit
                case TimedOut():
                    return None
                case _:
                    pass


async def _pin(house: House, call: Call, room: Room) -> str | None:
    """The PIN that the caller knows; None when it is none after three attempts."""
    enter, wrong = (house.prompts.clips(name, call.language) for name in ("room.enter_pin", "room.wrong_pin"))
    for attempt in range(ATTEMPTS):
        first = await call.say([*wrong, *enter] if attempt else enter, until_digit=True)
        pin = await typed_keys(call, first, most=LONGEST_PIN, pause_s=DIGIT_S)
        # A room that only has a moderator's PIN lets others in with none.
        if pin == room.pin or (room.moderator_pin and pin == room.moderator_pin):
            return pin
    await call.say(wrong)
    return None
