"""`*0NN`: a number that the company keeps for everybody."""

from __future__ import annotations

from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.exchange.house import House
from pbx.exchange.places import Place
from pbx.routing.codes import SpeedDial
from pbx.routing.dialplan import ToDestination, ToOutside


def serve(house: House, call: Call, code: SpeedDial) -> Place:
    """Where the number leads, as this telephone could dial it."""
    snapshot = house.snapshot()
    kept = next((one for one in snapshot.company.speed_dials if one.number == code.number), None)
    if kept is None or call.caller.login is None:
        raise CallRefusedError(404, "not_found")
    target = snapshot.dialplan.from_phone(kept.to)
    if isinstance(target, ToOutside):
        call.identify(target.number)
        return target
    if isinstance(target, ToDestination):
        return target.destination
    raise CallRefusedError(404, "not_found")
