"""What is wrong with a part of the company, told by the field of the part where a person can put it right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import get_args

from pydantic import ValidationError

from config.company import Company
from config.part import Part

_TWICE = re.compile(r"(\w+) '.*' is defined twice")
_NAMES = {"queue", "menu", "trunk", "role", "webhook", "ring_group"}


@dataclass(frozen=True, slots=True)
class PartFault:
    """``field``: dotted path inside the part; empty where the fault is elsewhere in the company.

    ``part``: the other part whose field ``part_field`` names what the changed one was or held, as ``queues/sales``;
    ``company`` for the company as a whole.
    """

    field: str
    message: str
    part: str = ""
    part_field: str = ""

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


def faults_of(error: ValidationError, listed: str, name: str, place: int | None) -> list[PartFault]:
    """The faults of a company that was changed in its part ``name``, the one at ``place`` of the list ``listed``.

    Of the company itself ``listed`` is empty; of a field that is a part of its own, ``place`` is None.
    """
    faults = []
    here: tuple[int | str, ...] = (listed,) if place is None else (listed, place)
    for fault in error.errors(include_url=False, include_input=False):
        message, path = fault["msg"].removeprefix("Value error, "), fault["loc"]
        if fault["type"] == "value_error" and not path:
            own = listed if place is None else f"{listed}.{name}"
            faults += [_reference(line, listed, own) for line in message.splitlines()]
        elif listed and path[: len(here)] == here:
            faults.append(PartFault(".".join(str(step) for step in path[len(here) :]), message))
        elif listed:
            faults.append(PartFault("", f"{'.'.join(str(step) for step in path)}: {message}"))
        else:
            faults.append(PartFault(".".join(str(step) for step in path), message))
    return faults


def _reference(line: str, listed: str, own: str) -> PartFault:
    """``queues.sales.overflow: no menu 'x'`` and ``extension '101' is defined twice``, as the validator writes them.

    ``own``: what the lines about the part that was changed begin with.
    """
    twice = _TWICE.match(line)
    if twice is not None:
        return PartFault("name" if twice[1] in _NAMES else twice[1], line)
    where, found, message = line.partition(": ")
    if found and listed and where == own:
        return PartFault("destination" if listed == "numbers" else "", message)
    if found and listed and where.startswith(f"{own}."):
        return PartFault(where.removeprefix(f"{own}."), message)
    if found and not listed and re.fullmatch(r"\w+", where):
        return PartFault(where, message)
    return PartFault("", line, *_user(where)) if found else PartFault("", line)


def _user(where: str) -> tuple[str, str]:
    """``queues.sales.members.0`` as the part that it is in and the field of it."""
    listed, _, rest = where.partition(".")
    listing = Company.model_fields.get(listed)
    models = () if listing is None else get_args(listing.annotation)
    if models and isinstance(models[0], type) and issubclass(models[0], Part) and not rest[:1].isdigit():
        steps = rest.split(".")
        for place in range(1, len(steps)):
            if steps[place] in models[0].model_fields:
                return f"{listed}/{'.'.join(steps[:place])}", ".".join(steps[place:])
        return f"{listed}/{rest}", "destination" if "destination" in models[0].model_fields else ""
    return (listed, rest) if listed == "recordings" else ("company", where)
