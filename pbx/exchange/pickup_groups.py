"""Whose calls a person may pick up."""

from __future__ import annotations

from config.company import Person
from pbx.exchange.snapshot import Snapshot


def picked_up_by(snapshot: Snapshot, person: Person) -> set[str]:
    """The extensions of the others in the person's pick-up group, and in those that it picks up beside."""
    groups = {person.pickup_group, *person.picks_up} - {None}
    theirs = {one.extension for one in snapshot.company.people if one.pickup_group in groups}
    return {extension for extension in theirs if extension} - {person.extension}
