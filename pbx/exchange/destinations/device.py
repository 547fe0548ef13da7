"""One device of a person: what is sent to its GRUU rings there and nowhere else (RFC 5627 §5)."""

from __future__ import annotations

from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.exchange.destinations.person import takes_calls
from pbx.exchange.house import House
from pbx.exchange.places import Next, after
from pbx.routing.gruu import ToDevice


async def serve(house: House, call: Call, device: ToDevice) -> Next:
    person = house.snapshot().person(device.extension)
    if person is None:
        raise CallRefusedError(404, "not_found")
    if not takes_calls(house, person):
        raise CallRefusedError(486, "busy", "busy")
    targets = house.registrar.targets(person.extension, device.instance)
    if not targets:
        raise CallRefusedError(480, "unreachable")
    dialled = await call.dial(targets, timeout_s=person.ring_timeout_s)
    if dialled.leg is None:
        raise CallRefusedError(dialled.status, dialled.cause, "busy" if dialled.cause == "busy" else "missed")
    return after(await call.connect(dialled.leg))
