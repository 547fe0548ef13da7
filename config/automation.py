"""Rules of the CRM: on an event, under conditions, do something."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator
from pydantic.config import JsonDict

from config.names import Name
from config.part import Part, YesNo
from config.rule_facts import FACTS

RuleEvent = Literal["call.answered", "call.missed", "call.ended", "lead.created", "voicemail.ready"]
Test = Literal["is", "is_not", "below", "above", "contains", "begins_with", "is_empty", "is_not_empty"]
ActionKind = Literal["task", "notify", "webhook", "assign", "message"]
WHOEVER = ("agent", "responsible")
ADDRESS = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}$"
USES: JsonDict = {
    "task": {"to": {}, "title": {}, "text": {}, "due_min": {}},
    "notify": {"to": {}, "title": {}, "text": {}},
    "assign": {"to": {}},
    "webhook": {"webhook": {}},
    "message": {"to": {"format": "email"}, "title": {}, "text": {}},
}
"""The fields that each kind of action uses, and what is particular to them there (JSON Schema)."""
NEEDS: JsonDict = {"task": ["title"], "notify": ["title"], "message": ["to", "title"], "webhook": ["webhook"]}
"""Which of them cannot be left empty."""


class Condition(Part):
    """One fact about what has happened, tested. ``value``: a text, or a number for ``below`` and ``above``."""

    field: Annotated[
        str,
        Field(
            pattern=r"^[a-z][a-z_]{0,39}$",
            description="one of the facts (docs/crm.md)",
            json_schema_extra={"x-facts": FACTS},
        ),
    ]
    test: Test = "is"
    value: Annotated[str, Field(max_length=200)] = ""

    @field_validator("field")
    @classmethod
    def _is_a_fact(cls, field: str) -> str:
        if field not in FACTS:
            raise ValueError(f"allowed: {', '.join(FACTS)}")
        return field

    @model_validator(mode="after")
    def _compares_numbers(self) -> Condition:
        if self.test in ("below", "above"):
            try:
                float(self.value)
            except ValueError:
                raise ValueError(f"value: allowed with {self.test}: a number") from None
        return self


class Action(Part):
    """``to``: a login, ``agent`` (whose call it was) or ``responsible`` (whose lead, deal or contact it is); an address
    for a message. In title and text, ``{number}``, ``{name}`` and the other facts stand for what they are."""

    model_config = ConfigDict(json_schema_extra={"x-uses": {"kind": USES}, "x-needs": {"kind": NEEDS}})

    kind: ActionKind
    to: Annotated[str, Field(max_length=254)] = "agent"
    title: Annotated[str, Field(max_length=200)] = ""
    text: Annotated[str, Field(max_length=2000)] = ""
    due_min: Annotated[int, Field(ge=0, le=60 * 24 * 365)] = Field(default=0, description="of a task; 0: no time")
    webhook: Name | None = None

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Action:
        if self.kind in ("task", "notify", "message") and not self.title.strip():
            raise ValueError(f"title: a {self.kind} needs one")
        if self.kind == "webhook" and self.webhook is None:
            raise ValueError("webhook: which one is to be told")
        if self.kind == "message" and re.fullmatch(ADDRESS, self.to) is None:
            raise ValueError("to: a message goes to an address such as ana@example.com")
        return self


class CrmRule(Part):
    """When ``on`` happens and every condition holds, all the actions are done, once."""

    name: Name
    title: Annotated[str, Field(max_length=200)] = ""
    on: RuleEvent
    conditions: Annotated[tuple[Condition, ...], Field(max_length=20)] = ()
    actions: Annotated[tuple[Action, ...], Field(min_length=1, max_length=10)]
    is_active: YesNo = True
