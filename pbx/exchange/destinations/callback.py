"""A callback: the caller need not wait, somebody of the queue calls back."""

from __future__ import annotations

from config.company import Destination
from pbx.calls.call import Call
from pbx.calls.ledger import Departure
from pbx.events import CallbackRequested
from pbx.exchange.house import House
from pbx.exchange.places import Next


async def serve(house: House, call: Call, destination: Destination) -> Next:
    await call.answer()
    number = call.caller.number
    if number is None:
        await call.say(house.prompts.clips("callback.impossible", call.language))
        return Destination(kind="queue", target=destination.target)
    call.emit(CallbackRequested(call.board.new_id(), destination.target, number))
    await call.say(house.prompts.clips("callback.promise", call.language))
    return Departure("system", "callback_requested", "callback")
