"""A voice menu: answered at once, run by `ivr`."""

from __future__ import annotations

from config.company import Destination
from pbx.calls.call import Call
from pbx.exchange.house import House
from pbx.exchange.menu_caller import CallerInMenu
from pbx.exchange.places import Next


async def serve(house: House, call: Call, destination: Destination) -> Next:
    await call.answer()
    caller = CallerInMenu(call, house.snapshot().dialplan)
    try:
        return await house.menus.run(destination.target, caller, call.language)
    finally:
        call.language = caller.language
