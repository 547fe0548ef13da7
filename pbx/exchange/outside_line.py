"""The one way to a line outside: whoever asks for it, the toll guard is asked first."""

from __future__ import annotations

from config.company import Person
from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.exchange.house import House
from pbx.routing.dialplan import ToOutside
from pbx.routing.errors import TollRefusedError
from pbx.routing.trunks import Line


def may_dial(house: House, place: ToOutside, person: Person | None) -> None:
    """Raises CallRefusedError (403) where ``person`` (None: the company itself) may not call there, or not now."""
    if place.emergency:
        return
    try:
        house.toll.check(place.number, person, house.board.clock())
    except TollRefusedError as error:
        raise CallRefusedError(error.status, f"toll_{error.code}") from error


def outside_line(house: House, place: ToOutside, person: Person | None, queue: str | None = None) -> Line:
    """A line for a call of ``queue`` that ``person`` pays for with an hour's allowance.

    Raises CallRefusedError (403), TrunkUnavailableError.
    """
    may_dial(house, place, person)
    line = house.trunks.outgoing(place.number, person, emergency=place.emergency, queue=queue)
    if place.emergency or line.target is None:
        return line
    now = house.board.clock()
    try:
        house.toll.check_trunk(line.trunk, now)
    except TollRefusedError as error:
        line.release()
        raise CallRefusedError(error.status, f"toll_{error.code}") from error
    over = house.toll.begin(place.number, person, line.trunk, now)
    line.at_end(lambda: over(house.board.clock()))
    return line


def payer_of(house: House, call: Call) -> Person | None:
    """Who sends this call outside: whoever forwarded it last, else its caller when that is one of the house."""
    snapshot = house.snapshot()
    if call.diverted_by:
        return snapshot.extensions.get(call.diverted_by[-1].extension)
    return snapshot.people.get(call.caller.login or "")
