"""The way of one caller through the house, from place to place, until the end of the call.

Each kind of place is one file of `pbx/exchange/destinations`; what it returns is where the caller goes next, or how
the call ended.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from config.company import Destination
from pbx.calls.call import Call, Journey
from pbx.calls.errors import CallRefusedError
from pbx.calls.ledger import Departure
from pbx.calls.park import ParkIn
from pbx.exchange import waking
from pbx.exchange.destinations import (
    availability,
    callback,
    device,
    directory,
    echo,
    hangup,
    intercom,
    menu,
    message,
    night_switch,
    outbound,
    own_settings,
    own_voicemail,
    parking,
    person,
    queue,
    ring_group,
    room,
    speed_dial,
    supervising,
    voicemail,
)
from pbx.exchange.house import House
from pbx.exchange.places import Next, Place
from pbx.exchange.recording_policy import tell_caller
from pbx.routing.codes import (
    Directory,
    EchoTest,
    Forward,
    Intercom,
    OwnVoicemail,
    Page,
    Park,
    SpeedDial,
    Supervise,
    Toggle,
    ToggleAvailability,
    TurnNightSwitch,
    WakeUp,
)
from pbx.routing.dialplan import ToOutside
from pbx.routing.gruu import ToDevice

GUIDES = frozenset({"menu", "queue"})
MAX_STATIONS = 50  # a configuration that sends callers round and round

BY_KIND: dict[str, Callable[[House, Call, Destination], Awaitable[Next]]] = {
    "person": person.serve,
    "ring_group": ring_group.serve,
    "queue": queue.serve,
    "menu": menu.serve,
    "voicemail": voicemail.serve,
    "room": room.serve,
    "number": outbound.serve_destination,
    "callback": callback.serve,
    "message": message.serve,
    "hangup": hangup.serve,
}


def journey_to(house: House, place: Place) -> Journey:
    """The journey of a caller who begins at ``place``."""

    async def travel(call: Call) -> Departure:
        return await follow(house, call, place)

    return travel


async def follow(house: House, call: Call, place: Place) -> Departure:
    """Serve the caller at ``place``, and wherever that leads, to the end."""
    for _ in range(MAX_STATIONS):
        call.place = place
        if isinstance(place, Destination) and place.kind in GUIDES:
            call.ledger.guide()
        await tell_caller(house, call, place)
        next_ = await serve(house, call, place)
        if isinstance(next_, Departure):
            return next_
        place = next_
    raise CallRefusedError(482, "configuration_loop")


async def serve(house: House, call: Call, place: Place) -> Next:
    """Serve the caller at one place."""
    match place:
        case Destination():
            return await BY_KIND[place.kind](house, call, place)
        case ToOutside():
            return await outbound.serve(house, call, place)
        case ToDevice():
            return await device.serve(house, call, place)
        case ParkIn():
            return await parking.serve(house, call, place)
        case EchoTest():
            return await echo.serve(call)
        case OwnVoicemail():
            return await own_voicemail.serve(house, call, place)
        case Park():
            return await parking.serve_parker(house, call)
        case ToggleAvailability():
            return await availability.serve(house, call)
        case Intercom():
            return await intercom.speak_to(house, call, place)
        case Page():
            return await intercom.page(house, call, place)
        case SpeedDial():
            return speed_dial.serve(house, call, place)
        case Directory():
            return await directory.serve(house, call)
        case WakeUp():
            return await waking.serve(house, call, place)
        case Supervise():
            return await supervising.serve(house, call, place)
        case Forward():
            return await own_settings.forward(house, call, place)
        case Toggle():
            return await own_settings.toggle(house, call, place)
        case TurnNightSwitch():
            return await night_switch.serve(house, call, place)
        case _:
            raise CallRefusedError(404, "not_found")
