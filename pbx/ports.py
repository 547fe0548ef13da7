"""What the exchange needs from its siblings, as Protocols; `centralita` wires the real ones in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

from config.company import Company, Destination
from pbx.events import Body
from pbx.media.messages import Clip


class Match(Enum):
    """What typed digits are among the extensions."""

    NONE = "none"
    PREFIX = "prefix"
    EXACT = "exact"
    EXACT_AND_PREFIX = "exact_and_prefix"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the CRM says a number is."""

    contact_id: str
    name: str
    company: str | None = None
    language: str | None = None
    responsible: str | None = None
    vip: bool = False


@dataclass(frozen=True, slots=True)
class Digit:
    digit: str


@dataclass(frozen=True, slots=True)
class Played:
    """What was played has ended by itself."""

    play_id: str


@dataclass(frozen=True, slots=True)
class TimedOut:
    """Nothing came within the time asked for."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody sends a caller who waits in a queue on to ``place`` (`pbx.exchange.places.Place`)."""

    place: Any


MenuInput = Digit | Played | TimedOut | Moved


@dataclass(frozen=True, slots=True)
class WebRequest:
    """What a menu asks of a web service; ``body`` is sent as JSON."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Mapping[str, Any] | None
    timeout_s: float


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """The JSON of a 2xx answer; ``fault`` says why there is none."""

    document: Any = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A voicemail message; ``path``: a sound file that can be played, ``received_at``: epoch seconds."""

    id: str
    caller_number: str | None
    received_at: float
    duration_s: float
    is_read: bool
    path: str


class MenuCaller(Protocol):
    """A caller as a menu sees one. A caller who hangs up cancels the task that runs the menu."""

    call_id: str
    number: str | None
    dialled: str
    language: str
    variables: Mapping[str, Any]
    """What menus have learned of the caller: texts, numbers and truth values by name."""

    def play(self, clips: Sequence[Clip], play_id: str) -> None:
        """Play ``clips`` one after the other, in place of what plays now; Played(play_id) follows at their end."""

    def stop_playing(self) -> None: ...

    async def next_input(self, timeout_s: float | None) -> MenuInput:
        """The next thing the caller does; digits typed ahead are kept in order."""

    def emit(self, body: Body) -> None:
        """Put an event of this call on the stream."""

    def extensions_starting_with(self, digits: str) -> Match: ...

    async def look_up(self) -> Identity | None:
        """Ask the CRM who this is; None when it does not know or does not answer in time."""

    async def fetch(self, request: WebRequest) -> WebAnswer:
        """Ask a web service, through the office; never later than the request's time."""

    async def ring(self, people: Sequence[str], timeout_s: float) -> str | None:
        """Ring people (logins or extensions); the extension of who has the caller now, None when nobody answers."""

    async def take_message(self, box: str, longest_s: float, shortest_s: float, silence_s: float) -> float:
        """Beep, and record the caller into ``box``; the seconds recorded. Cancelled, what there is is kept."""

    async def listen(self, longest_s: float, silence_s: float) -> Path | None:
        """Record what the caller says, until silence, as raw 8 kHz 16-bit samples; None: nothing was said."""

    def is_switch_on(self, name: str) -> bool:
        """Whether a night switch is on."""


class MenuFaultError(Exception):
    """The company's menus cannot be used; one readable line per fault."""


class MenuPort(Protocol):
    def configure(self, company: Company) -> None:
        """Take the company's menus; callers in a menu stay on its version. Raises MenuFaultError."""

    async def run(self, menu: str, caller: MenuCaller, language: str) -> Destination:
        """Take the caller through the menu; where the caller goes next (``person`` with an extension typed)."""


class PromptPort(Protocol):
    async def prepare(self, company: Company) -> None:
        """Make ready what is heard first (under a second once spoken before); the rest follows behind."""

    async def stop(self) -> None: ...

    def clips(self, name: str, language: str, **values: str | int) -> list[Clip]:
        """The prompt ``name`` as clips to play. Never blocks: what has not been spoken yet is left out."""

    def music(self, name: str) -> Clip:
        """Music for who waits or is held, by its name in the company document; to be played in a loop."""


class OfficePort(Protocol):
    async def identify(self, number: str | None, dialled: str) -> Identity | None:
        """Who is calling; None when unknown or when the office does not answer in 200 ms."""

    async def fetch(self, request: WebRequest) -> WebAnswer:
        """Ask a web service for a menu, within the time of the request."""

    async def messages(self, box: str) -> list[Message] | None:
        """What can be heard in a box, new ones first; None when the office is away or late."""

    async def change_message(self, box: str, id_: str, action: str, *, to: str = "", by: str = "") -> bool:
        """``read``, ``keep`` as new, ``delete``, or ``forward`` to box ``to``; whether it was done."""

    async def has_room(self, box: str, most: int) -> bool:
        """Whether a box holds fewer than ``most`` messages; yes when the office does not say."""

    async def screen_pop(
        self, call_id: str, logins: Sequence[str], number: str | None, dialled: str, queue: str | None
    ) -> dict[str, Any] | None:
        """Show the pop-up to ``logins`` and return its card, before their phones ring; None after 200 ms."""


class WakePort(Protocol):
    """The way to browsers that are not connected: the office pushes to them."""

    async def wake(self, call_id: str, logins: Sequence[str], number: str | None, name: str | None) -> dict[str, int]:
        """Tell these people's browsers of a call; how many of each are told, nobody when the office is away or late."""

    async def wake_over(self, call_id: str, logins: Sequence[str], answered: bool) -> None:
        """The browsers of these people that were told of this call need to ring no more."""

    async def can_be_woken(self) -> frozenset[str] | None:
        """Everybody (login) who has a browser that can be told; None when the office is away or late."""
