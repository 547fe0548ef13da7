"""What a person sets by telephone: forwards, do not disturb, call waiting. Answers, beeps, hangs up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from config.company import Person
from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.events import PersonSettingChanged
from pbx.exchange.house import House
from pbx.exchange.places import Next, completed
from pbx.media.messages import Clip
from pbx.refusals import BadRequestError
from pbx.routing.codes import Forward, Toggle
from pbx.routing.dialplan import ToDestination, ToOutside
from pbx.routing.forwards import CHOICES, KINDS, Choice, ForwardKind

OFF = (Clip(tone="beep"),)
ON = (Clip(tone="beep"), Clip(silence_ms=200), Clip(tone="beep"))


async def forward(house: House, call: Call, code: Forward) -> Next:
    """`*21NUMBER`, `*21` and their like."""
    login, extension = _owner(call)
    if code.to is not None and not _may_lead(house, code.kind, code.to):
        raise CallRefusedError(404, "not_found")
    house.forwards.set(code.kind, extension, code.to)
    house.board.emit(PersonSettingChanged(login, code.kind, code.to))
    await call.answer()
    await call.say(OFF)
    return completed()


def set_own(house: House, person: Person, wanted: Mapping[str, Any]) -> None:
    """Set forwards (a target, or None) and choices (true or false), all or, with BadRequestError, none of them."""
    for name, value in wanted.items():
        if name in KINDS:
            if value is not None and not (isinstance(value, str) and _may_lead(house, name, value)):
                raise BadRequestError(f"{name}: '{value}' leads nowhere that calls can be forwarded to")
        elif name not in CHOICES or not isinstance(value, bool):
            raise BadRequestError(f"{name}: allowed: {', '.join((*KINDS, *CHOICES))}")
    for name, value in wanted.items():
        if name in KINDS:
            house.forwards.set(name, person.extension, value)
            told = value
        else:
            house.forwards.turn(cast("Choice", name), person.extension, value)
            told = "on" if value else None
        house.board.emit(PersonSettingChanged(person.login, name, told))


def _may_lead(house: House, kind: ForwardKind, to: str) -> bool:
    """Whether ``to`` can be forwarded to: never to an emergency number, and a follower is outside."""
    target = house.snapshot().dialplan.from_phone(to)
    if isinstance(target, ToOutside):
        return not target.emergency
    return kind != "follow_me" and isinstance(target, ToDestination)


async def toggle(house: House, call: Call, code: Toggle) -> Next:
    """`*78`, `*44`: on when it was off; two beeps say that the choice is on now."""
    login, extension = _owner(call)
    on = not house.forwards.is_on(code.choice, extension)
    house.forwards.turn(code.choice, extension, on)
    house.board.emit(PersonSettingChanged(login, code.choice, "on" if on else None))
    await call.answer()
    await call.say(ON if on else OFF)
    return completed()


def _owner(call: Call) -> tuple[str, str]:
    if call.caller.login is None or call.caller.extension is None:
        raise CallRefusedError(403, "not_allowed")
    return call.caller.login, call.caller.extension
