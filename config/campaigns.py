"""Outgoing campaigns: whom agents call one after the other, when, as whom, and how often."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from config.names import PromptName
from config.part import Language, Part
from config.queueing import NOTHING_TO_SAY, MachineAction

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
AttemptResult = Literal["no_answer", "busy", "failed", "machine"]
PauseSeconds = Annotated[int, Field(ge=5, le=2_592_000)]
PAUSES: dict[AttemptResult, int] = {"no_answer": 3600, "busy": 600, "failed": 900}


class CallingHours(Part):
    """When a number may be called, by the clock of the place that the number belongs to."""

    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7)] = ("mon", "tue", "wed", "thu", "fri")
    from_hour: Annotated[int, Field(ge=0, le=23)] = 9
    to_hour: Annotated[int, Field(ge=1, le=24)] = Field(default=21, description="no call at or after")

    @model_validator(mode="after")
    def _has_time(self) -> CallingHours:
        if self.from_hour >= self.to_hour:
            raise ValueError(f"to_hour: {self.to_hour} is not after {self.from_hour}; allowed: an hour after from_hour")
        return self


class Campaign(Part):
    """``progressive``: who is next is called as soon as an agent is free, who is on the line before the number rings;
    ``preview``: a free agent is shown who is next, and starts the call or leaves it out.

    An attempt that reaches nobody is made again after the pause of its result, ``attempts`` times in all; a result
    without a pause is final.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
    title: Annotated[str, Field(max_length=200)] = ""
    kind: Literal["preview", "progressive"] = "progressive"
    queue: Annotated[str, Field(min_length=1, max_length=64)] = Field(description="its members make the calls")
    agents: Annotated[tuple[str, ...], Field(max_length=1000)] = Field(
        default=(), description="only these members of the queue; none named: all"
    )
    caller_id: Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$")] | None = Field(
        default=None, description="one of the company's numbers; none: as the agent's other calls"
    )
    hours: CallingHours = CallingHours()
    attempts: Annotated[int, Field(ge=1, le=20)] = 3
    pauses_s: dict[AttemptResult, PauseSeconds] = Field(default_factory=lambda: dict(PAUSES))
    ring_s: Annotated[int, Field(ge=5, le=120)] = 30
    rest_s: Annotated[int, Field(ge=0, le=3600)] = Field(default=5, description="between two calls of one agent")
    wrap_up_s: Annotated[int, Field(ge=0, le=3600)] | None = Field(
        default=None, description="after a talk; none: as the queue"
    )
    preview_s: Annotated[int, Field(ge=5, le=600)] = Field(default=60, description="then another agent is asked")
    machines: MachineAction = Field(
        default="off", description="when an answering machine takes the call, which is judged by its sound"
    )
    message: dict[Language, Annotated[str, Field(min_length=1, max_length=1000)]] = Field(
        default_factory=dict, description="spoken after the beep of an answering machine"
    )
    prompt: PromptName = Field(default="", description="an uploaded prompt of this name goes before the message")

    @model_validator(mode="after")
    def _has_something_to_say(self) -> Campaign:
        if self.machines == "leave_message" and not self.message and not self.prompt:
            raise ValueError(NOTHING_TO_SAY)
        return self


def campaign_faults(
    campaigns: Collection[Campaign], members: Mapping[str, Collection[str]], numbers: Collection[str]
) -> Iterator[str]:
    """What campaigns name that there is not. ``members``: logins by queue; ``numbers``: the company's own."""
    for campaign in campaigns:
        where = f"campaigns.{campaign.name}"
        if campaign.queue not in members:
            yield f"{where}.queue: no queue '{campaign.queue}'; allowed: {_listed(members)}"
        for login in campaign.agents:
            if login not in members.get(campaign.queue, (login,)):
                allowed = _listed(members[campaign.queue])
                yield f"{where}.agents: '{login}' is not in queue '{campaign.queue}'; allowed: {allowed}"
        if campaign.caller_id is not None and campaign.caller_id not in numbers:
            yield f"{where}.caller_id: '{campaign.caller_id}' is not the company's; allowed: {_listed(numbers)}"


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "none is defined"
