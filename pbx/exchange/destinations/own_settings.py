"""What a person sets by telephone: forwards, do not disturb, call waiting. Answers, beeps, hangs up."""

from __future__ import annotations

from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.events import PersonSettingChanged
from pbx.exchange.house import House
from pbx.exchange.places import Next, completed
from pbx.media.messages import Clip
from pbx.routing.codes import Forward, Toggle
from pbx.routing.dialplan import ToDestination, ToOutside

OFF = (Clip(tone="beep"),)
ON = (Clip(tone="beep"), Clip(silence_ms=200), Clip(tone="beep"))


async def forward(house: House, call: Call, code: Forward) -> Next:
    """`*22NUMBER`, `*22` and their like."""
    login, extension = _owner(call)
    if code.to is not None:
        target = house.snapshot().dialplan.from_phone(code.to)
        is_outside = isinstance(target, ToOutside) and not target.emergency
        if not is_outside and (code.kind == "follow_me" or not isinstance(target, ToDestination)):
            raise CallRefusedError(404, "not_found")
    house.forwards.set(code.kind, extension, code.to)
    house.board.emit(PersonSettingChanged(login, code.kind, code.to))
    await call.answer()
    await call.say(OFF)
    return completed()


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
