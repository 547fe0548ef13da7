"""A voice menu: answered at once, run by `ivr`."""

from __future__ import annotations

from config.company import Destination
from pbx.calls.call import Call
from pbx.exchange.house import House
from pbx.exchange.menu_caller import CallerInMenu
from pbx.exchange.places import Next, after
from pbx.routing.dialplan import ToDestination


async def serve(house: House, call: Call, destination: Destination) -> Next:
    await call.answer()
    dialplan = house.snapshot().dialplan
    caller = CallerInMenu(house, call, dialplan)
    try:
        chosen = await house.menus.run(destination.target, caller, call.language)
        if caller.reached is not None:
            leg, caller.reached = caller.reached, None
            return after(await call.connect(leg))
    finally:
        call.language = caller.language
        call.variables |= caller.variables
        if caller.reached is not None:  # it was rung for a caller who has gone
            caller.reached.hang_up()
    # A typed extension may be a room's.
    typed = dialplan.from_menu(chosen.target) if chosen.kind == "person" else None
    return typed.destination if isinstance(typed, ToDestination) else chosen
