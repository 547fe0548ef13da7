"""What a number dialled during a call leads to: the answer that transfers get (`pbx.calls.routes.Router`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from config.company import Destination, Person
from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.calls.park import ParkIn
from pbx.calls.party import Party
from pbx.calls.routes import Onward, Reachable
from pbx.calls.target import Target
from pbx.exchange.browser_wakes import ring_s, wake_for
from pbx.exchange.destinations.outbound import RING_S
from pbx.exchange.destinations.person import takes_calls
from pbx.exchange.destinations.ring_group import everybody, own_people
from pbx.exchange.diversion import diverted
from pbx.exchange.house import House
from pbx.exchange.outside_line import outside_line
from pbx.exchange.places import Place, voicemail_of
from pbx.routing.codes import Code, EchoTest, Park
from pbx.routing.dialplan import ToCode, ToDestination, ToOutside
from pbx.routing.errors import TrunkUnavailableError

HOPS = 6


class TransferRoutes:
    """Only a person of the house can send a call on; where to is what that person could dial."""

    _house: House

    def use(self, house: House) -> None:
        """Route by this house; before the first call."""
        self._house = house

    def route(self, call: Call, dialled: str, by: Party) -> Onward | Reachable:
        """Where ``dialled`` leads when ``by`` sends a call there. Raises CallRefusedError."""
        if by.login is None:
            raise CallRefusedError(403, "not_allowed")
        call.diverted_by.clear()
        match self._house.snapshot().dialplan.from_phone(dialled):
            case ToDestination(destination=destination):
                return self._to(self._house, call, destination, by)
            case ToOutside() as outside:
                return self._outside(self._house, call, outside, by)
            case ToCode(code=code):
                return self._code(self._house, call, code, by)
            case unknown:
                raise CallRefusedError(unknown.status, "not_found")

    def _to(self, house: House, call: Call, place: Place, by: Party) -> Onward | Reachable:
        for _ in range(HOPS):
            match place:
                case ToOutside():
                    return self._outside(house, call, place, by)
                case Destination(kind="person", target=target):
                    person = house.snapshot().person(target)
                    if person is None:
                        raise CallRefusedError(404, "not_found")
                    elsewhere = diverted(house, call, person)
                    if elsewhere is None and not takes_calls(house, person):
                        elsewhere = diverted(house, call, person, "busy")
                        if elsewhere is None:
                            raise CallRefusedError(486, "busy")
                    if elsewhere is None:
                        targets = house.registrar.targets(person.extension)
                        if not targets and person.login not in _sleepers(house):
                            elsewhere = diverted(house, call, person, "unreachable")
                    if elsewhere is None:
                        voicemail = voicemail_of(person.extension)
                        return _reachable(house, call, [person], targets, person.ring_timeout_s, voicemail)
                    place = elsewhere
                case Destination(kind="ring_group", target=target):
                    group = house.snapshot().ring_groups[target]
                    if group.strategy != "all":  # one after the other, and its fallback: it serves the caller by itself
                        return Onward(place)
                    people, targets = own_people(house, group), everybody(house, group)
                    return _reachable(house, call, people, targets, group.ring_timeout_s, group.fallback)
                case _:
                    return Onward(place)
        raise CallRefusedError(482, "forwarding_loop")

    @staticmethod
    def _outside(house: House, call: Call, outside: ToOutside, by: Party) -> Reachable:
        person = house.snapshot().people.get(by.login or "")
        try:
            line = outside_line(house, outside, person)
        except TrunkUnavailableError as error:
            raise CallRefusedError(error.status, "no_trunk") from None
        call.at_end(line.release)  # should the call end before anybody is rung
        return Reachable([line.target] if line.target is not None else [], RING_S, None)

    @staticmethod
    def _code(house: House, call: Call, code: Code, by: Party) -> Onward:
        match code:
            case Park():
                return Onward(ParkIn(house.board.parking.reserve(call), by.login, by.extension))
            case EchoTest():
                return Onward(code)
            case _:
                raise CallRefusedError(403, "not_allowed")


def _reachable(
    house: House, call: Call, people: Sequence[Person], targets: Sequence[Target], timeout_s: float, place: Place
) -> Reachable:
    """Whoever has a browser that sleeps is told of the call; who has none and no device is refused at once."""
    if not targets and not any(person.login in _sleepers(house) for person in people):
        raise CallRefusedError(480, "unreachable")
    wake = wake_for(house, call, people, targets)
    return Reachable(targets, ring_s(wake, targets, timeout_s), place, wake)


def _sleepers(house: House) -> Collection[str]:
    return house.wakes.sleepers if house.wakes is not None else ()
