"""What the interpreter wants done, in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.company import Destination
from ivr.errands import Wanted
from ivr.expressions import Value
from ivr.flow import Prompt
from pbx.events import Body


@dataclass(frozen=True, slots=True)
class Play:
    """Say ``prompt`` in ``language``; ``values`` fill its variables. Played(play_id) is to follow at its end."""

    prompt: Prompt
    language: str
    values: Mapping[str, Value]
    play_id: str


@dataclass(frozen=True, slots=True)
class StopPlaying:
    """The caller has cut in."""


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """The caller has chosen this language."""

    language: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Put an event of the call on the stream."""

    body: Body


@dataclass(frozen=True, slots=True)
class Leave:
    """The caller goes there; the flow is over."""

    destination: Destination


@dataclass(frozen=True, slots=True)
class Start:
    """Begin errand ``number``; Done(number, …) is to follow."""

    number: int
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Cancel:
    """Nobody waits for errand ``number`` any more; a message that is being taken is finished, and Done follows."""

    number: int


@dataclass(frozen=True, slots=True)
class Note:
    """A line for the log: ``what`` went otherwise than the flow's author will have meant, and why."""

    menu: str
    node: str
    what: str
    detail: str


Action = Play | StopPlaying | SetLanguage | Tell | Leave | Start | Cancel | Note
