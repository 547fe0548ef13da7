"""Which of the company's numbers is shown outside: by whom is called, for which queue, by which department."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Annotated, Self

from pydantic import Field, model_validator

from config.names import E164, Name
from config.part import Part


class CallerIdRule(Part):
    """``number`` is shown for calls that fit all that is named here; at least one thing is."""

    number: E164
    prefix: Annotated[str, Field(pattern=r"^(\+[0-9]{1,14})?$")] = Field(
        default="", description="the number that is called begins so"
    )
    queue: Name | None = Field(
        default=None, description="calls of its callbacks and campaigns, and what it sends outside"
    )
    department: Annotated[str, Field(max_length=64)] = Field(default="", description="of who calls")

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not (self.prefix or self.queue or self.department):
            raise ValueError("a rule for every call; allowed: a prefix, a queue or a department")
        return self

    @property
    def is_narrow(self) -> bool:
        """Whether it goes before the number that a person has."""
        return bool(self.prefix or self.queue)

    def fits(self, called: str, queue: str | None, department: str) -> bool:
        """Whether it speaks of this call; ``called``: E.164."""
        return called.startswith(self.prefix) and self.queue in {None, queue} and self.department in {"", department}


def shown_number(
    rules: Sequence[CallerIdRule], called: str, *, queue: str | None, department: str, own: str | None
) -> str | None:
    """The number to show: of the first rule by prefix or queue that fits, else the person's ``own``, else of the first
    rule by department; None: the trunk's."""
    fitting = [rule for rule in rules if rule.fits(called, queue, department)]
    narrow = next((rule.number for rule in fitting if rule.is_narrow), None)
    return narrow or own or next((rule.number for rule in fitting), None)


def caller_id_faults(rules: Sequence[CallerIdRule], queues: Collection[str], numbers: Collection[str]) -> Iterator[str]:
    """What rules name that there is not. ``numbers``: the company's own."""
    for place, rule in enumerate(rules):
        if rule.queue is not None and rule.queue not in queues:
            yield f"caller_ids.{place}.queue: no queue '{rule.queue}'; allowed: {', '.join(sorted(queues))}"
        if rule.number not in numbers:
            allowed = ", ".join(sorted(numbers))
            yield f"caller_ids.{place}.number: '{rule.number}' is not the company's; allowed: {allowed}"
