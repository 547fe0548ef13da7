"""`*28N`: turn night switch N on or off. Answers, beeps once for off and twice for on, hangs up."""

from __future__ import annotations

from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.events import NightSwitchTurned
from pbx.exchange.house import House
from pbx.exchange.places import Next, completed
from pbx.media.messages import Clip
from pbx.routing.codes import TurnNightSwitch

OFF = (Clip(tone="beep"),)
ON = (Clip(tone="beep"), Clip(silence_ms=200), Clip(tone="beep"))


async def serve(house: House, call: Call, code: TurnNightSwitch) -> Next:
    if call.caller.login is None:
        raise CallRefusedError(403, "not_allowed")
    switch = next((one for one in house.snapshot().company.switches if one.number == code.number), None)
    if switch is None:
        raise CallRefusedError(404, "not_found")
    on = not house.switches.is_on(switch.name)
    turn(house, switch.name, on, call.caller.login)
    await call.answer()
    await call.say(ON if on else OFF)
    return completed()


def turn(house: House, name: str, on: bool, by: str | None) -> None:
    """Turn a switch, and say so on the stream."""
    house.switches.turn(name, on)
    house.board.emit(NightSwitchTurned(name, on, by))
