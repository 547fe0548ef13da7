"""A person: every device rings; nobody answers, the person's voicemail does."""

from __future__ import annotations

from config.company import Destination
from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.exchange.diversion import diverted
from pbx.exchange.house import House
from pbx.exchange.places import Next, after, voicemail_of


async def serve(house: House, call: Call, destination: Destination) -> Next:
    person = house.snapshot().person(destination.target)
    if person is None:
        raise CallRefusedError(404, "not_found")
    elsewhere = diverted(house, call, person)
    if elsewhere is not None:
        return elsewhere
    targets = house.registrar.targets(person.extension)
    if targets:
        dialled = await call.dial(targets, timeout_s=person.ring_timeout_s)
        if dialled.leg is not None:
            return after(await call.connect(dialled.leg))
    return voicemail_of(person.extension)
