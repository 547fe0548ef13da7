"""A flow as the interpreter follows it: nodes, what they say, and where they lead. Everything here is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.company import Destination
from ivr.expressions import Expression
from pbx.routing.hours import Hours


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


@dataclass(frozen=True, slots=True)
class Back:
    """Back to the flow that has called this one; where none has, the call ends."""


Target = To | Repeat | Back | Destination

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
    """Options by key; with ``extensions`` any extension can be typed as well.

    ``words``: by key and language, what can be said instead of pressing it.
    """

    options: Mapping[str, Target] = field(default_factory=dict)
    extensions: bool = False
    words: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def phrases(self, language: str) -> dict[str, str]:
        """What can be said in ``language``, and the key that it stands for."""
        return {phrase: key for key, words in self.words.items() for phrase in words.get(language, ())}


@dataclass(frozen=True, slots=True)
class Input(Asking):
    """Digits into the variable ``into``; ``#`` ends them, or ``max_digits``.

    ``check``: the scheme of their check digit; ``confirm``: they are read out, and the caller agrees or types again.
    """

    into: str = ""
    min_digits: int = 1
    max_digits: int = 20
    digit_wait_s: float = 4.0
    check: str = ""
    confirm: bool = False
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
    """A branch on the time of day, the weekday and holidays; closed while the night switch ``switch`` is on."""

    hours: Hours
    open: Target
    closed: Target
    switch: str = ""


@dataclass(frozen=True, slots=True)
class Set:
    """Variables get the values of expressions, one after the other."""

    values: Mapping[str, Expression]
    next: Target


@dataclass(frozen=True, slots=True)
class Branch:
    """The first case whose expression is true, else ``otherwise``."""

    cases: tuple[tuple[Expression, Target], ...]
    otherwise: Target


@dataclass(frozen=True, slots=True)
class Crm:
    """Who the CRM says is calling, into the variables ``contact_…``; ``unknown`` also when it does not answer."""

    known: Target
    unknown: Target


@dataclass(frozen=True, slots=True)
class Web:
    """A request to a web service; what its JSON answer holds at a path goes into variables.

    ``url`` has variables only behind the host; ``fallback`` when it does not answer with a 2xx and JSON in time.
    """

    url: str
    next: Target
    fallback: Target
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Expression] = field(default_factory=dict)
    save: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float = 3.0


@dataclass(frozen=True, slots=True)
class Ring:
    """People's telephones ring; who answers has the caller, ``no_answer`` goes on in the flow."""

    people: tuple[str, ...]
    no_answer: Target
    timeout_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Transfer:
    """To the extension or number that an expression comes to; outside only where a prefix of ``allowed`` fits."""

    to: Expression
    fallback: Target
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sub:
    """Another flow, and back: ``next`` is where the caller goes when it says ``return``."""

    flow: str
    next: Target


@dataclass(frozen=True, slots=True)
class Record:
    """What the caller says after a beep, as a message in ``box``; ``fallback`` when that is under ``min_s``."""

    prompt: Prompt
    box: str
    next: Target
    fallback: Target
    max_s: float = 60.0
    min_s: float = 1.0
    silence_s: float = 4.0


@dataclass(frozen=True, slots=True)
class Go:
    """Leave the flow, or go on elsewhere in it."""

    target: Target


Errand = Crm | Web | Ring | Record
"""Nodes that have something done elsewhere, and wait for what becomes of it."""

Node = Say | Menu | Input | Survey | Language | Caller | Opening | Set | Branch | Transfer | Sub | Errand | Go

CONTACT_VARIABLES = ("contact_name", "contact_company", "contact_vip", "contact_responsible", "contact_language")
CALL_VARIABLES = ("number", "dialled")


@dataclass(frozen=True, slots=True)
class Flow:
    """A checked flow."""

    name: str
    title: str
    languages: tuple[str, ...]
    start: str
    nodes: Mapping[str, Node]
    version: int = 1
    variables: tuple[str, ...] = ()
    """Variables that other flows set before the caller comes here."""

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
    if isinstance(node, Say | Record):
        return (node.prompt,)
    if isinstance(node, Asking):
        return node.prompt, node.wrong, node.silent
    return ()


def variables_of(node: Node) -> frozenset[str]:
    """The variables that a node sets."""
    if isinstance(node, Input):
        return frozenset({node.into})
    if isinstance(node, Set):
        return frozenset(node.values)
    if isinstance(node, Web):
        return frozenset(node.save)
    return frozenset(CONTACT_VARIABLES) if isinstance(node, Crm) else frozenset()


def expressions_of(node: Node) -> dict[str, Expression]:
    """The expressions of a node, by where they stand in it."""
    if isinstance(node, Set):
        return {f"values.{name}": expression for name, expression in node.values.items()}
    if isinstance(node, Branch):
        return {f"when.{index}.if": expression for index, (expression, _) in enumerate(node.cases)}
    if isinstance(node, Web):
        return {f"body.{name}": expression for name, expression in node.body.items()}
    return {"to": node.to} if isinstance(node, Transfer) else {}


def targets_of(node: Node) -> dict[str, Target]:
    """Where a node can lead, by the name of the way."""
    if isinstance(node, Menu):
        return {**{f"options.{key}": target for key, target in node.options.items()}, "fallback": node.fallback}
    if isinstance(node, Branch):
        return {**{f"when.{at}.to": to for at, (_, to) in enumerate(node.cases)}, "otherwise": node.otherwise}
    if isinstance(node, Go):
        return {"go": node.target}
    return {way: getattr(node, way) for way in _WAYS[type(node)]}


_WAYS: Mapping[type, tuple[str, ...]] = {
    Say: ("next",),
    Language: ("next",),
    Set: ("next",),
    Sub: ("next",),
    Input: ("next", "fallback"),
    Survey: ("next", "fallback"),
    Web: ("next", "fallback"),
    Record: ("next", "fallback"),
    Caller: ("known", "withheld"),
    Crm: ("known", "unknown"),
    Opening: ("open", "closed"),
    Ring: ("no_answer",),
    Transfer: ("fallback",),
}
