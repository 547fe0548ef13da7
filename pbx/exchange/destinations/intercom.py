"""`*64EXT`: a colleague's telephone answers by itself. `*66N`: every telephone of a paging group does, and listens."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pbx.calls.call import Call
from pbx.calls.dial import Dial, Dialled
from pbx.calls.errors import CallRefusedError
from pbx.calls.target import Target
from pbx.exchange.destinations.person import takes_calls
from pbx.exchange.house import House
from pbx.exchange.places import Next, after
from pbx.exchange.whisper import AUTO_ANSWER
from pbx.media.messages import Clip
from pbx.routing.codes import Intercom, Page

ANSWERS_WITHIN_S = 8.0
"""A telephone that answers by itself does so at once; one that only rings is given up."""
LONGEST_PAGE_S = 300.0


async def speak_to(house: House, call: Call, code: Intercom) -> Next:
    """One colleague: both hear each other."""
    person = house.snapshot().person(code.extension)
    if person is None or call.caller.login is None:
        raise CallRefusedError(404, "not_found")
    if not takes_calls(house, person) or _is_talking(house, person.extension):
        raise CallRefusedError(486, "busy", "busy")
    targets = house.registrar.targets(person.extension)
    if not targets:
        raise CallRefusedError(480, "unreachable")
    dial = Dial(call, targets, listener=call.leg, headers=AUTO_ANSWER)
    dialled = await dial.run(ANSWERS_WITHIN_S)
    if dialled.leg is None:
        raise CallRefusedError(480, "no_answer", "missed")
    dialled.leg.play((Clip(tone="beep"),))
    return after(await call.connect(dialled.leg))


async def page(house: House, call: Call, code: Page) -> Next:
    """Everybody of the group hears the caller, who hears nobody. Who talks or is not to be disturbed is left out."""
    snapshot = house.snapshot()
    group = next((one for one in snapshot.company.paging_groups if one.number == code.number), None)
    if group is None or call.caller.login is None:
        raise CallRefusedError(404, "not_found")
    targets = [target for extension in group.extensions for target in _free(house, extension, call)]
    if not targets:
        raise CallRefusedError(480, "unreachable")
    await call.answer()
    call.tell_answered("page", extension=str(code.number))
    plane, room = call.board.plane, f"page-{call.id}"
    plane.join_room(call.caller_leg.id, room, hears=False)
    ringing = [asyncio.ensure_future(_bring_in(call, target, room)) for target in targets]
    try:
        await asyncio.wait(ringing)
        if not any(task.result() for task in ringing):
            raise CallRefusedError(480, "no_answer", "missed")
        await call.say((Clip(tone="beep"),))
        await asyncio.sleep(LONGEST_PAGE_S)
    finally:
        for task in ringing:
            task.cancel()
        if not call.caller_leg.is_gone:
            plane.leave_room(call.caller_leg.id)
    raise CallRefusedError(480, "too_long", "answered")


async def _bring_in(call: Call, target: Target, room: str) -> bool:
    dialled: Dialled = await Dial(call, [target], listener=None, quiet=True, headers=AUTO_ANSWER).run(ANSWERS_WITHIN_S)
    if dialled.leg is None:
        return False
    call.board.plane.join_room(dialled.leg.id, room, speaks=False)
    return True


def _free(house: House, extension: str, call: Call) -> Sequence[Target]:
    person = house.snapshot().person(extension)
    if person is None or extension == call.caller.extension:
        return ()
    if not takes_calls(house, person) or _is_talking(house, extension):
        return ()
    return house.registrar.targets(extension)


def _is_talking(house: House, extension: str) -> bool:
    return any(leg.party.extension == extension and not leg.is_gone for leg in house.board.legs)
