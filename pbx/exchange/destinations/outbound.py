"""Out through a trunk, and through the next one when the first does not work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from config.company import Destination, Person
from pbx.calls.call import Call
from pbx.calls.cause import reason_for_log, result_for_log, status_for_caller
from pbx.calls.dial import Dialled
from pbx.calls.errors import CallRefusedError
from pbx.calls.leg import Leg
from pbx.exchange.house import House
from pbx.exchange.outside_line import outside_line, payer_of
from pbx.exchange.places import Next, after
from pbx.net.hop import Hop
from pbx.routing.dialplan import ToDestination, ToOutside
from pbx.routing.errors import TrunkUnavailableError

RING_S = 120.0
ATTEMPTS = 6  # addresses, of one trunk or several

Payer = Callable[[House, Call], Person | None]


async def serve_destination(house: House, call: Call, destination: Destination) -> Next:
    """A destination that is a number: dialled as a telephone of the house would."""
    place = house.snapshot().dialplan.from_phone(destination.target)
    if isinstance(place, ToDestination):
        return place.destination
    if not isinstance(place, ToOutside):
        raise CallRefusedError(404, "not_found")
    return await serve(house, call, place)


async def serve(
    house: House,
    call: Call,
    place: ToOutside,
    ring_s: float = RING_S,
    caller_id: str | None = None,
    payer: Payer = payer_of,
) -> Next:
    """Connect the caller to a number outside."""
    leg = await reach(house, call, place, ring_s, caller_id, payer)
    if call.direction == "outbound":
        house.callbacks.called_by_hand(place.number, call.caller.login, house.board.clock())
    return after(await call.connect(leg))


async def reach(
    house: House,
    call: Call,
    place: ToOutside,
    ring_s: float = RING_S,
    caller_id: str | None = None,
    payer: Payer = payer_of,
) -> Leg:
    """Who answers at a number outside; ``caller_id``: presented there instead of the caller's or the trunk's.

    ``payer``: who must be allowed to call there, and whose hour it counts in; None of the house: the company itself.

    Raises CallRefusedError.
    """
    person = payer(house, call)
    tried: set[tuple[str, Hop]] = set()
    dialled = Dialled(None, "failed", 503)
    for _ in range(ATTEMPTS):
        try:
            line = outside_line(house, place, person, call.ledger.queue)
        except TrunkUnavailableError:
            break
        with line:
            if line.target is None or (line.trunk.name, line.target.hop) in tried:
                break
            tried.add((line.trunk.name, line.target.hop))
            if call.direction == "outbound":
                call.ledger.trunk = line.trunk.name
            target = line.target
            if caller_id is not None:
                target = replace(target, caller_id=line.trunk.number_for(caller_id))
            dialled = await call.dial([target], timeout_s=ring_s)
            if dialled.leg is not None:
                house.trunks.answered(line.trunk.name)
                return dialled.leg
            if not _is_the_trunks_fault(dialled):
                break
            house.trunks.failed(line.trunk, line.target.hop)
    cause, status = dialled.cause, dialled.status
    raise CallRefusedError(status_for_caller(cause, status), reason_for_log(cause, status), result_for_log(cause))


def _is_the_trunks_fault(dialled: Dialled) -> bool:
    return dialled.cause == "failed" and (dialled.status >= 500 or dialled.status == 408) and dialled.status < 600
