"""`*57EXT`: a supervisor stands beside a running call, from any telephone of the house, after the company's PIN.

Listening first; ``4`` listens, ``5`` whispers to the agent, ``6`` talks to both, ``9`` takes the call over.
"""

from __future__ import annotations

import asyncio

from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError, WrongStateError
from pbx.calls.supervise import Supervision
from pbx.calls.take_over import TakeOver
from pbx.exchange.house import House
from pbx.exchange.places import Next, completed
from pbx.exchange.typed_keys import END, typed_keys
from pbx.media.client import SuperviseMode
from pbx.ports import Digit
from pbx.routing.codes import Supervise

MODES: dict[str, SuperviseMode] = {"4": "listen", "5": "whisper", "6": "barge"}
TAKE_OVER = "9"
SUPERVISORS = ("supervisor", "administrator")
LISTENS, TAKES_OVER = "calls.supervise", "calls.take_over"
ATTEMPTS = 3
DIGIT_S = 6.0
LONGEST_PIN = 12


class OnTheLine(Supervision):
    """A supervision by a telephone that has dialled in; ``over`` when the call beside it has ended."""

    def __init__(self, call: Call, login: str, mode: SuperviseMode, *, announced: bool) -> None:
        super().__init__(call, login, mode, announced=announced)
        self.over = asyncio.Event()

    def end(self) -> None:
        """The call is over."""
        self.over.set()


async def serve(house: House, call: Call, code: Supervise) -> Next:
    """Ask for the PIN, then stand beside the call until either hangs up."""
    login = call.caller.login
    if login is None or not may(house, login, LISTENS):
        raise CallRefusedError(403, "not_allowed")
    await call.answer()
    if not await _knows_the_pin(house, call):
        await call.say(house.prompts.clips("room.wrong_pin", call.language))
        return completed()
    beside = _call_of(house, code.extension)
    if beside is None or login in {leg.party.login for leg in beside.legs}:
        await call.say(house.prompts.clips("call.unavailable", call.language))
        return completed()
    announced = house.snapshot().company.agents.announces_supervision
    supervision = OnTheLine(beside, login, "listen", announced=announced)
    supervision.join_with(call.caller_leg)
    call.tell_answered("supervision", extension=code.extension)
    try:
        await _stand_beside(call, beside, supervision, takes_over=may(house, login, TAKES_OVER))
    finally:
        supervision.leave()
    return completed()


def may(house: House, login: str, permission: str) -> bool:
    """Whether this person's role reaches the calls of others, as the API judges ``calls.supervise``."""
    company = house.snapshot().company
    person = company.person(login)
    role = person.role if person is not None else ""
    own = next((one for one in company.roles if one.name == role), None)
    if own is None:
        return role in SUPERVISORS
    reach = own.permissions.get(permission, own.permissions.get(permission.partition(".")[0]))
    return own.based_on in SUPERVISORS if reach is None else reach == "all"


async def _stand_beside(call: Call, beside: Call, supervision: OnTheLine, *, takes_over: bool) -> None:
    over = asyncio.ensure_future(supervision.over.wait())
    key = asyncio.ensure_future(call.next_input(None))
    try:
        while True:
            await asyncio.wait({key, over}, return_when=asyncio.FIRST_COMPLETED)
            if not key.done():
                return
            match key.result():
                case Digit(digit=digit) if digit in MODES:
                    supervision.change(MODES[digit])
                case Digit(digit=digit) if digit == TAKE_OVER and takes_over:
                    if _takes_over(call, beside, supervision):
                        return
                case _:
                    pass
            key = asyncio.ensure_future(call.next_input(None))
    finally:
        over.cancel()
        key.cancel()


def _takes_over(call: Call, beside: Call, supervision: OnTheLine) -> bool:
    leg = call.caller_leg
    supervision.leave()
    try:
        taking = TakeOver(beside, supervision.login)
        call.board.presence.gone(leg)
        call.release(leg)
        taking.sit_down(leg)
    except WrongStateError:
        if call.leg is None:
            call.serve_leg(leg)
        supervision.join_with(leg)
        return False
    return True


def _call_of(house: House, extension: str) -> Call | None:
    """The call in which this extension talks."""
    for call in house.board.calls.values():
        if call.connection is not None and any(
            leg.party.extension == extension for leg in call.connection.legs.values()
        ):
            return call
    return None


async def _knows_the_pin(house: House, call: Call) -> bool:
    """A PIN counts from its last digit on, without waiting for the ``#``."""
    pin = house.snapshot().company.agents.supervision_pin

    def pause_s(keys: str) -> float:
        return 0.0 if keys == pin else DIGIT_S

    for _ in range(ATTEMPTS if pin else 0):
        first = await call.say(house.prompts.clips("room.enter_pin", call.language), until_digit=True)
        if first == END:  # of what was typed before
            first = None
        if await typed_keys(call, first, most=LONGEST_PIN, pause_s=pause_s) == pin:
            return True
    return False
