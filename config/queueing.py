"""What queues and agents are set to beyond the plain line: relaxation, messages, overflow causes, breaks. Seconds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from config.names import PromptName
from config.part import Language, Part, YesNo

OverflowCause = Literal["full", "no_agents", "all_on_break", "outside_hours", "long_wait"]
CallDirection = Literal["inbound", "outbound", "internal"]
MachineAction = Literal["off", "hang_up", "leave_message"]
NOTHING_TO_SAY = "message: none; allowed with machines 'leave_message': a text in one language at least, or a prompt"
Text = Annotated[str, Field(min_length=1, max_length=500)]


class Relaxation(Part):
    """After ``after_s`` in the queue a caller accepts agents up to ``level`` (10 is worst); null: any member at all."""

    after_s: Annotated[int, Field(ge=1, le=86400)]
    level: Annotated[int, Field(ge=1, le=10)] | None = None


class QueueMessage(Part):
    """What who waits hears after ``after_s``, and every ``every_s`` from then on; 0: once. In the caller's language."""

    after_s: Annotated[int, Field(ge=1, le=86400)]
    every_s: Annotated[int, Field(ge=0, le=86400)] = 0
    texts: dict[Language, Text] = Field(min_length=1)


class CallbackRules(Part):
    """How callbacks of a queue are made. ``first``: who is rung first. ``after_s``: offered to who has waited so long.

    An attempt that does not reach the customer is made again after ``retry_s``, ``attempts`` times in all.
    """

    first: Literal["agent", "customer"] = "agent"
    after_s: Annotated[int, Field(ge=0, le=86400)] = 0
    attempts: Annotated[int, Field(ge=1, le=20)] = 3
    retry_s: Annotated[int, Field(ge=5, le=86400)] = 600
    ring_s: Annotated[int, Field(ge=5, le=120)] = 30
    from_hour: Annotated[int, Field(ge=0, le=23)] = Field(default=0, description="no attempt before, company's clock")
    to_hour: Annotated[int, Field(ge=1, le=24)] = Field(default=24, description="no attempt at or after")
    keep_s: Annotated[int, Field(ge=60, le=2592000)] = Field(default=86400, description="then it is given up")
    machines: MachineAction = Field(
        default="off",
        description="when an answering machine takes the call: nothing, it counts as an attempt in vain, or it is told"
        " the message at the last attempt",
    )
    message: dict[Language, Text] = Field(default_factory=dict, description="spoken after the beep of the machine")
    prompt: PromptName = Field(default="", description="an uploaded prompt of this name goes before the message")

    @model_validator(mode="after")
    def _has_something_to_say(self) -> CallbackRules:
        if self.machines == "leave_message" and not self.message and not self.prompt:
            raise ValueError(NOTHING_TO_SAY)
        return self


class Disposition(Part):
    """What a call of a queue may have come to: its agent chooses one afterwards. ``needs_note``: and says why."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
    title: dict[Language, Text] = Field(min_length=1)
    needs_note: YesNo = False


class BreakReason(Part):
    """A reason for a break, and how long one may last; 0: no limit."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
    title: dict[Language, Text] = Field(default_factory=dict)
    max_s: Annotated[int, Field(ge=0, le=86400)] = 0


USUAL_BREAKS = (
    BreakReason(name="lunch", title={"es": "Comida", "en": "Lunch"}),
    BreakReason(name="coffee", title={"es": "Café", "en": "Coffee"}),
    BreakReason(name="meeting", title={"es": "Reunión", "en": "Meeting"}),
)


class AgentRules(Part):
    """What holds for every agent.

    ``misses_before_break``: queue calls in a row that ring in vain put the agent on a break, 0: never. ``busy_in``:
    which other calls keep an agent from being offered queue calls. ``watch_s``: how often an agent's telephone is asked
    whether it is there, 0: never.
    """

    misses_before_break: Annotated[int, Field(ge=0, le=100)] = 5
    busy_in: tuple[CallDirection, ...] = ("inbound", "outbound", "internal")
    breaks: Annotated[tuple[BreakReason, ...], Field(max_length=100)] = USUAL_BREAKS
    watch_s: Annotated[int, Field(ge=0, le=300)] = 4
    supervision_pin: Annotated[str, Field(pattern=r"^([0-9]{4,12})?$")] = Field(
        default="", description="asked of supervisors who dial *57; without one the code does nothing"
    )
    announces_supervision: YesNo = Field(default=False, description="the agent hears a beep when somebody listens")
    wake_s: Annotated[int, Field(ge=0, le=60)] = Field(
        default=15, description="how long a browser that was told of a call by push has to come back; 0: none is told"
    )
    longest_wrap_up_s: Annotated[int, Field(ge=0, le=7200)] = Field(default=600, description="extensions included")
