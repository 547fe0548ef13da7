"""Forwarding: a call that a person sends on to somebody else, and where that ends."""

from __future__ import annotations

from config.company import Person
from pbx.calls.call import Call
from pbx.calls.diversion import Diversion, DiversionKind
from pbx.calls.errors import CallRefusedError
from pbx.events import CallForwarded
from pbx.exchange.house import House
from pbx.exchange.places import Place
from pbx.routing.dialplan import ToDestination, ToOutside
from pbx.routing.errors import RoutingError
from pbx.routing.forwards import ForwardKind, check_diversion


def diverted(house: House, call: Call, person: Person, kind: ForwardKind = "always") -> Place | None:
    """Where ``person`` sends calls in this case; None when nowhere. Raises CallRefusedError: a loop (482)."""
    try:
        check_diversion([one.extension for one in call.diverted_by], person.extension)
    except RoutingError as error:
        raise CallRefusedError(error.status, "forwarding_loop") from None
    to = house.forwards.to(kind, person.extension)
    return None if to is None else _sent_on(house, call, person, to, kind)


def redirected(house: House, call: Call, person: Person, to: str) -> Place | None:
    """Where a telephone of ``person`` sends the call by a 3xx: what that person could dial, but no emergency number."""
    return _sent_on(house, call, person, to, "telephone") if to else None


def _sent_on(house: House, call: Call, person: Person, to: str, condition: DiversionKind) -> Place | None:
    target = house.snapshot().dialplan.from_phone(to)
    if not isinstance(target, ToDestination | ToOutside) or (isinstance(target, ToOutside) and target.emergency):
        return None
    kind = condition
    if kind == "busy" and house.forwards.is_on("do_not_disturb", person.extension):
        kind = "do_not_disturb"
    call.diverted_by.append(Diversion(person.extension, kind))
    call.emit(CallForwarded(person.login, target.dialled, condition))
    return target.destination if isinstance(target, ToDestination) else target
