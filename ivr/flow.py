"""A flow as the interpreter follows it: nodes, what they say, and where they lead. Everything here is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.company import Destination
from ivr.hours import Hours


@dataclass(frozen=True, slots=True)
class Text:
    """Words for one language; ``voice`` is the language in which they are spoken."""

    text: str
    voice: str


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of what is said: ``texts`` by language, or ``prompt``, a name of the catalogue.

    ``name``: a recorded file of this name is played in place of the texts.
    """

    texts: Mapping[str, Text] = field(default_factory=dict)
    prompt: str = ""
    name: str = ""


Prompt = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class To:
    """Another node of the same flow."""

    node: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """Say the menu again; wrong and missing answers so far still count."""


Target = To | Repeat | Destination

HANG_UP = Destination(kind="hangup")


@dataclass(frozen=True, slots=True)
class Say:
    """Play something, then go on; with ``barge_in`` a digit ends it and counts for what follows."""

    prompt: Prompt
    next: Target
    barge_in: bool = True


@dataclass(frozen=True, slots=True)
class Asking:
    """What every question to the caller has: times in seconds, ``attempts`` wrong or missing answers in all."""

    prompt: Prompt
    wrong: Prompt
    silent: Prompt
    fallback: Target
    timeout_s: float = 5.0
    digit_wait_s: float = 1.5
    attempts: int = 3


@dataclass(frozen=True, slots=True)
class Menu(Asking):
    """Options by key; with ``extensions`` any extension can be typed as well."""

    options: Mapping[str, Target] = field(default_factory=dict)
    extensions: bool = False


@dataclass(frozen=True, slots=True)
class Input(Asking):
    """Digits into the variable ``into``; ``#`` ends them, or ``max_digits``."""

    into: str = ""
    min_digits: int = 1
    max_digits: int = 20
    digit_wait_s: float = 4.0
    next: Target = HANG_UP


@dataclass(frozen=True, slots=True)
class Survey(Asking):
    """A rating from 1 to 5, which lands on the call."""

    next: Target = HANG_UP


@dataclass(frozen=True, slots=True)
class Language:
    """From here on in this language."""

    set: str
    next: Target


@dataclass(frozen=True, slots=True)
class Caller:
    """A branch on whether the caller's number is known."""

    known: Target
    withheld: Target


@dataclass(frozen=True, slots=True)
class Opening:
    """A branch on the time of day, the weekday and holidays."""

    hours: Hours
    open: Target
    closed: Target


@dataclass(frozen=True, slots=True)
class Go:
    """Leave the flow, or go on elsewhere in it."""

    target: Target


Node = Say | Menu | Input | Survey | Language | Caller | Opening | Go


@dataclass(frozen=True, slots=True)
class Flow:
    """A checked flow."""

    name: str
    title: str
    languages: tuple[str, ...]
    start: str
    nodes: Mapping[str, Node]
    version: int = 1

    def language(self, wanted: str) -> str:
        """The language to begin in: the one wanted if the flow has it, else its first."""
        return wanted if wanted in self.languages else self.languages[0]

    @property
    def texts(self) -> set[Text]:
        """Everything that it can say in words of its own."""
        prompts = [part for node in self.nodes.values() for prompt in prompts_of(node) for part in prompt]
        return {text for part in prompts for text in part.texts.values() if text.text}


def prompts_of(node: Node) -> tuple[Prompt, ...]:
    """Everything that a node can say."""
    if isinstance(node, Say):
        return (node.prompt,)
    if isinstance(node, Asking):
        return node.prompt, node.wrong, node.silent
    return ()


def targets_of(node: Node) -> dict[str, Target]:
    """Where a node can lead, by the name of the way."""
    if isinstance(node, Menu):
        return {**{f"options.{key}": target for key, target in node.options.items()}, "fallback": node.fallback}
    if isinstance(node, Input | Survey):
        return {"next": node.next, "fallback": node.fallback}
    if isinstance(node, Say | Language):
        return {"next": node.next}
    if isinstance(node, Caller):
        return {"known": node.known, "withheld": node.withheld}
    if isinstance(node, Opening):
        return {"open": node.open, "closed": node.closed}
    return {"go": node.target}
