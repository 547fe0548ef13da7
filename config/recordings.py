"""What is recorded, who is told so, who may interrupt it, and how long it is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.names import Login, Name
from config.part import Language, Part, YesNo

CallDirection = Literal["inbound", "outbound", "internal"]
NumberOrPrefix = Annotated[str, Field(pattern=r"^\+?[0-9]{2,15}\*?$")]
Days = Annotated[int, Field(ge=1, le=36_500)]


@dataclass(frozen=True, slots=True)
class Conversation:
    """What rules look at. ``numbers``: the one that was dialled and the caller's. ``people`` None: not known yet."""

    direction: CallDirection
    numbers: Collection[str]
    queue: str | None
    people: Collection[str] | None
    departments: Collection[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a conversation is recorded, by the ``rule`` of this title (None: by no rule), and kept how long.

    ``keep_days`` None: as long as the policy says when its time has come.
    """

    record: YesNo
    rule: str | None = None
    keep_days: int | None = None


class RecordingRule(Part):
    """Speaks of the calls that fit all that it names; one that names nothing, of every call."""

    title: Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
    record: YesNo = True
    directions: Annotated[tuple[CallDirection, ...], Field(max_length=3)] = ()
    numbers: Annotated[tuple[NumberOrPrefix, ...], Field(max_length=200)] = Field(
        default=(), description="dialled, or the caller's; +346* is every number that begins so"
    )
    queues: Annotated[tuple[Name, ...], Field(max_length=200)] = Field(
        default=(), description="the last one that the caller has waited in"
    )
    people: Annotated[tuple[Login, ...], Field(max_length=1000)] = Field(default=(), description="one of them talks")
    departments: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=64)], ...], Field(max_length=200)] = (
        Field(default=(), description="somebody of one of them talks")
    )
    keep_days: Days | None = Field(default=None, description="none: as everything else")

    def fits(self, conversation: Conversation) -> bool | None:
        """Whether it speaks of this conversation; None: that depends on who is going to talk."""
        if self.directions and conversation.direction not in self.directions:
            return False
        if self.numbers and not any(_is_one(number, self.numbers) for number in conversation.numbers):
            return False
        if self.queues and conversation.queue not in self.queues:
            return False
        if not self.people and not self.departments:
            return True
        if conversation.people is None:
            return None
        if self.people and set(self.people).isdisjoint(conversation.people):
            return False
        return not self.departments or not set(self.departments).isdisjoint(conversation.departments)


class RecordingNotice(Part):
    """What is said before two are connected who are going to be recorded.

    Callers hear it before anybody rings; who is called hears it after answering, together with who calls.
    """

    directions: Annotated[tuple[CallDirection, ...], Field(max_length=3)] = Field(
        default=(), description="in calls of these directions; none: nobody is told"
    )
    needed: YesNo = Field(
        default=False,
        description="where it cannot be spoken, nothing is recorded; else it is, and nobody is told",
    )
    texts: dict[Language, Annotated[str, Field(min_length=1, max_length=1000)]] = Field(
        default_factory=dict, description="none in the caller's language: the house's own words"
    )
    prompt: Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9._-]{0,63})?$")] = Field(
        default="", description="an uploaded prompt of this name goes before the text"
    )


class RecordingPolicy(Part):
    """The first rule that fits a conversation decides; where none fits, ``by_default`` does."""

    by_default: YesNo = Field(default=True, description="calls that no rule speaks of are recorded")
    rules: Annotated[tuple[RecordingRule, ...], Field(max_length=200)] = ()
    notice: RecordingNotice = RecordingNotice()
    talkers_may: Literal["on_and_off", "pause", "nothing"] = Field(
        default="on_and_off",
        description="what those who talk may do to their recording, as far as their role lets them",
    )
    pause_s: Annotated[int, Field(ge=0, le=3600)] = Field(
        default=0, description="a pause that somebody has asked for ends after so long; 0: when somebody says so"
    )
    digits_pause_s: Annotated[int, Field(ge=0, le=300)] = Field(
        default=0,
        description="keys that the other side presses pause it, until so long after the last one; 0: they do not",
    )
    keep_days: Days | None = Field(default=None, description="then a recording is erased; none: never")

    @model_validator(mode="after")
    def _titles_differ(self) -> Self:
        titles = [rule.title for rule in self.rules]
        for title in titles:
            if titles.count(title) > 1:
                raise ValueError(f"two rules are called '{title}'; allowed: a title of its own for each")
        return self

    def decide(self, conversation: Conversation) -> Verdict:
        """Whether the conversation is recorded, and why."""
        for rule in self.rules:
            if rule.fits(conversation):
                return Verdict(rule.record, rule.title, rule.keep_days)
        return Verdict(self.by_default)

    def may_record(self, conversation: Conversation) -> bool:
        """Whether it could be recorded, whoever is going to talk."""
        for rule in self.rules:
            fits = rule.fits(conversation)
            if fits or (fits is None and rule.record):
                return rule.record
        return self.by_default


def _is_one(number: str, patterns: Collection[str]) -> bool:
    return any(number.startswith(one[:-1]) if one.endswith("*") else number == one for one in patterns)


def recording_faults(policy: RecordingPolicy, queues: Collection[str], logins: Collection[str]) -> Iterator[str]:
    """What rules name that there is not."""
    for place, rule in enumerate(policy.rules):
        for name, known, what in (("queues", queues, "queue"), ("people", logins, "person")):
            for given in getattr(rule, name):
                if given not in known:
                    allowed = ", ".join(sorted(known)) or "none is defined"
                    yield f"recordings.rules.{place}.{name}: no {what} '{given}'; allowed: {allowed}"
