"""A ring group: several people ring for one call, together, in order or by turns."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from config.company import Destination, Person, RingGroup
from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.calls.target import Target
from pbx.exchange.browser_wakes import ring
from pbx.exchange.destinations.person import by_key, takes_calls
from pbx.exchange.house import House
from pbx.exchange.places import Next, after
from pbx.routing.dialplan import ToDestination


async def serve(house: House, call: Call, destination: Destination) -> Next:
    group = house.snapshot().ring_groups.get(destination.target)
    if group is None:
        raise CallRefusedError(404, "not_found")
    for extensions in _rounds(house, group):
        with ExitStack() as lines:
            targets = [target for extension in extensions for target in _telephones(house, group, extension, lines)]
            people = [person for extension in extensions if (person := _rung(house, group, extension)) is not None]
            dialled = await ring(house, call, people, targets, group.ring_timeout_s)
            if dialled is not None and dialled.leg is not None:
                return after(await call.connect(dialled.leg))
    return group.fallback


def everybody(house: House, group: RingGroup) -> list[Target]:
    """Every device of everyone in the group who takes calls now."""
    return [target for extension in group.extensions for target in _devices(house, extension)]


def own_people(house: House, group: RingGroup) -> list[Person]:
    """Everyone in the group whose own devices ring now."""
    return [person for extension in group.extensions if (person := _rung(house, group, extension)) is not None]


def _devices(house: House, extension: str) -> Sequence[Target]:
    person = house.snapshot().person(extension)
    return house.registrar.targets(person.extension) if person is not None and takes_calls(house, person) else ()


def _telephones(house: House, group: RingGroup, extension: str, lines: ExitStack) -> Sequence[Target]:
    """What rings for one of the group: where a forward of all calls leads, if the group goes by it, else the devices.

    A forward is followed once: to a colleague's telephones, or outside, where a key takes the call.
    """
    person = house.snapshot().person(extension)
    to = house.forwards.to("always", extension) if group.follow_forwards else None
    if person is None or to is None:
        return _devices(house, extension)
    place = house.snapshot().dialplan.from_phone(to)
    if isinstance(place, ToDestination) and place.destination.kind == "person":
        return _devices(house, place.destination.target)
    return by_key(house, person, to, lines)


def _rung(house: House, group: RingGroup, extension: str) -> Person | None:
    """Whose own devices ring for one of the group, those included that come when they are told of the call."""
    person = house.snapshot().person(extension)
    if person is None or not takes_calls(house, person):
        return None
    return None if group.follow_forwards and house.forwards.to("always", extension) is not None else person


def _rounds(house: House, group: RingGroup) -> list[Sequence[str]]:
    """Who rings together, one round after the other."""
    if group.strategy == "all":
        return [group.extensions]
    first = 0
    if group.strategy == "by_turns":
        first = house.turns.get(group.name, 0) % len(group.extensions)
        house.turns[group.name] = first + 1
    return [(extension,) for extension in (*group.extensions[first:], *group.extensions[:first])]
