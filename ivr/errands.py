"""What a flow has done for it elsewhere while the caller waits, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field

from pbx.ports import Identity, WebAnswer, WebRequest


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask the CRM who is calling; ``Found`` comes back."""


@dataclass(frozen=True, slots=True)
class RingPeople:
    """Ring the telephones of people (logins or extensions); ``Rung`` comes back."""

    people: tuple[str, ...]
    timeout_s: float


@dataclass(frozen=True, slots=True)
class TakeMessage:
    """Beep, and record what the caller says into ``box``; ``Taken`` comes back, also when it is cancelled."""

    box: str
    max_s: float
    min_s: float
    silence_s: float


@dataclass(frozen=True, slots=True)
class Listen:
    """Recognise one of ``phrases`` in what the caller says within ``max_s``; ``Heard`` comes back."""

    phrases: tuple[str, ...]
    language: str
    max_s: float


Wanted = LookUp | WebRequest | RingPeople | TakeMessage | Listen


@dataclass(frozen=True, slots=True)
class Found:
    """Who the CRM says it is; None: it does not know, or did not answer in time."""

    identity: Identity | None


@dataclass(frozen=True, slots=True)
class Rung:
    """Who has answered (an extension) and has the caller now; None: nobody."""

    answered_by: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """How many seconds the caller has spoken."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said, as one of the phrases; None: nothing of the kind. ``deaf``: nobody can listen in this language."""

    phrase: str | None
    deaf: bool = False


Result = Found | WebAnswer | Rung | Taken | Heard


@dataclass(frozen=True, slots=True)
class Done:
    """Errand ``number`` is over."""

    number: int
    result: Result = field(default_factory=lambda: WebAnswer(fault="nothing came back"))
