"""`*21NUMBER`, `*21`: all of a person's calls go elsewhere, or come back. Answers, beeps, hangs up."""

from __future__ import annotations

from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.exchange.house import House
from pbx.exchange.places import Next, completed
from pbx.media.messages import Clip
from pbx.routing.codes import ForwardAlways
from pbx.routing.dialplan import ToDestination, ToOutside


async def serve(house: House, call: Call, code: ForwardAlways) -> Next:
    extension = call.caller.extension
    if extension is None:
        raise CallRefusedError(403, "not_allowed")
    if code.to is not None:
        target = house.snapshot().dialplan.from_phone(code.to)
        if not isinstance(target, ToDestination | ToOutside) or (isinstance(target, ToOutside) and target.emergency):
            raise CallRefusedError(404, "not_found")
    house.forwards.set_always(extension, code.to)
    await call.answer()
    await call.say((Clip(tone="beep"),))
    return completed()
