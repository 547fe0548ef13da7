"""Feature codes: what a telephone of the house dials to make the exchange do something for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pbx.routing.forwards import Choice, ForwardKind


@dataclass(frozen=True, slots=True)
class EchoTest:
    """``*43``: hear oneself."""


@dataclass(frozen=True, slots=True)
class OwnVoicemail:
    """``*97``: listen to the messages of one's own box; ``*97BOX``: of one that is shared."""

    box: str | None = None


@dataclass(frozen=True, slots=True)
class PickUp:
    """``*8``: take any ringing call of the group; ``*8EXT``: the one that rings at ``extension``."""

    extension: str | None = None


@dataclass(frozen=True, slots=True)
class Park:
    """``*70``: put the call down in the lowest free slot."""


@dataclass(frozen=True, slots=True)
class FetchParked:
    """``*701``, ``*702`` …: take the call parked in ``slot``."""

    slot: int


@dataclass(frozen=True, slots=True)
class ToggleAvailability:
    """``*45``: available when not, offline when available."""


@dataclass(frozen=True, slots=True)
class Forward:
    """``*22`` busy, ``*23`` no answer, ``*24`` unreachable, ``*79`` follow me; with a number on, without it off."""

    kind: ForwardKind
    to: str | None


@dataclass(frozen=True, slots=True)
class Toggle:
    """``*78``: do not disturb; ``*44``: no second call during one."""

    choice: Choice


@dataclass(frozen=True, slots=True)
class TurnNightSwitch:
    """``*28N``: turn night switch N on or off."""

    number: int


@dataclass(frozen=True, slots=True)
class Intercom:
    """``*64EXT``: the telephone of ``extension`` answers by itself."""

    extension: str


@dataclass(frozen=True, slots=True)
class Page:
    """``*66N``: speak through every telephone of paging group N."""

    number: int


@dataclass(frozen=True, slots=True)
class SpeedDial:
    """``*0NN``: the number that the company keeps under NN."""

    number: int


@dataclass(frozen=True, slots=True)
class Directory:
    """``*411``: find a colleague by name."""


@dataclass(frozen=True, slots=True)
class WakeUp:
    """``*35HHMM``: be called at that time; ``*35``: no longer."""

    at: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Supervise:
    """``*57EXT``: stand beside the call of ``extension``, for supervisors, with the company's PIN."""

    extension: str


Code = (
    EchoTest
    | OwnVoicemail
    | PickUp
    | Park
    | FetchParked
    | ToggleAvailability
    | Forward
    | Toggle
    | TurnNightSwitch
    | Intercom
    | Page
    | SpeedDial
    | Directory
    | WakeUp
    | Supervise
)

_TABLE: tuple[tuple[re.Pattern[str], Callable[[str], Code]], ...] = (
    (re.compile(r"\*43()"), lambda _: EchoTest()),
    (re.compile(r"\*97([0-9]{2,6})?"), lambda box: OwnVoicemail(box or None)),
    (re.compile(r"\*45()"), lambda _: ToggleAvailability()),
    (re.compile(r"\*70()"), lambda _: Park()),
    (re.compile(r"\*70([1-9][0-9]{0,2})"), lambda slot: FetchParked(int(slot))),
    (re.compile(r"\*8([0-9]{2,6})?"), lambda extension: PickUp(extension or None)),
    (re.compile(r"\*22(\+?[0-9]{2,20})?"), lambda number: Forward("busy", number or None)),
    (re.compile(r"\*23(\+?[0-9]{2,20})?"), lambda number: Forward("no_answer", number or None)),
    (re.compile(r"\*24(\+?[0-9]{2,20})?"), lambda number: Forward("unreachable", number or None)),
    (re.compile(r"\*79(\+?[0-9]{2,20})?"), lambda number: Forward("follow_me", number or None)),
    (re.compile(r"\*78()"), lambda _: Toggle("do_not_disturb")),
    (re.compile(r"\*44()"), lambda _: Toggle("no_call_waiting")),
    (re.compile(r"\*64([0-9]{2,6})"), Intercom),
    (re.compile(r"\*57([0-9]{2,6})"), Supervise),
    (re.compile(r"\*66([1-9][0-9]?)"), lambda number: Page(int(number))),
    (re.compile(r"\*0([0-9]{1,2})"), lambda number: SpeedDial(int(number))),
    (re.compile(r"\*411()"), lambda _: Directory()),
    (re.compile(r"\*35([0-9]{4})?"), lambda at: WakeUp((int(at[:2]), int(at[2:])) if at else None)),
    (re.compile(r"\*28([1-9][0-9]?)"), lambda number: TurnNightSwitch(int(number))),
    (re.compile(r"\*21(\+?[0-9]{2,20})?"), lambda number: Forward("always", number or None)),
)


def is_code(dialled: str) -> bool:
    """Whether ``dialled`` has the shape of a code, known or not."""
    return dialled.startswith("*")


def parse_code(dialled: str) -> Code | None:
    """The code that ``dialled`` is; None when there is no such code."""
    for pattern, make in _TABLE:
        if match := pattern.fullmatch(dialled):
            return make(match[1] or "")
    return None
