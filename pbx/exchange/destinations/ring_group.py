"""A ring group: several people ring for one call, together, in order or by turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from config.company import Destination, RingGroup
from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.calls.target import Target
from pbx.exchange.destinations.person import takes_calls
from pbx.exchange.house import House
from pbx.exchange.places import Next, after


async def serve(house: House, call: Call, destination: Destination) -> Next:
    group = house.snapshot().ring_groups.get(destination.target)
    if group is None:
        raise CallRefusedError(404, "not_found")
    for targets in _rounds(house, group):
        dialled = await call.dial(targets, timeout_s=group.ring_timeout_s)
        if dialled.leg is not None:
            return after(await call.connect(dialled.leg))
    return group.fallback


def everybody(house: House, group: RingGroup) -> list[Target]:
    """Every device of everyone in the group who takes calls now."""
    return [target for extension in group.extensions for target in _devices(house, extension)]


def _devices(house: House, extension: str) -> Sequence[Target]:
    person = house.snapshot().person(extension)
    return house.registrar.targets(extension) if person is not None and takes_calls(house, person) else ()


def _rounds(house: House, group: RingGroup) -> Iterator[Sequence[Target]]:
    """Who rings together, one round after the other; who has no device is left out."""
    if group.strategy == "all":
        rounds = [everybody(house, group)]
    else:
        first = 0
        if group.strategy == "by_turns":
            first = house.turns.get(group.name, 0) % len(group.extensions)
            house.turns[group.name] = first + 1
        order = [*group.extensions[first:], *group.extensions[:first]]
        rounds = [list(_devices(house, extension)) for extension in order]
    return (targets for targets in rounds if targets)
