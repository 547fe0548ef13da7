"""A rule of the CRM tried while it is written: with the last event of its kind, nothing being done."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from config.automation import Action, Condition, RuleEvent
from crm_bridge.rule_trial import Outcome, try_rule
from web.api.model import Given, Shown, ShownTime
from web.api.operation import Ask, Operation


class TriedRule(Given):
    """A rule without its name."""

    on: RuleEvent
    conditions: Annotated[list[Condition], Field(max_length=20, default_factory=list)]
    actions: Annotated[list[Action], Field(max_length=10, default_factory=list)]


class RuleOutcome(Shown):
    """What an action would have done; ``to``: a login or an address, null for nobody."""

    kind: str
    to: str | None
    title: str
    text: str


class RuleTrial(Shown):
    """``at``: when it happened, null where nothing of the kind has happened lately. ``would_act``: whether every
    condition holds; ``holds``: each by itself. ``outcomes``: what would have been done, one for each action."""

    at: ShownTime | None
    call_id: str | None
    number: str | None
    name: str | None
    would_act: bool
    holds: list[bool]
    outcomes: list[RuleOutcome]


async def try_out(ask: Ask) -> RuleTrial:
    """Looked for among the last events; nothing is done."""
    tried: TriedRule = ask.body
    async with ask.office.database.session() as session:
        trial = await try_rule(session, tried.on, tried.conditions, tried.actions, ask.office.company.time_zone)
    if trial is None:
        return RuleTrial(at=None, call_id=None, number=None, name=None, would_act=False, holds=[], outcomes=[])
    facts = trial.facts
    return RuleTrial.model_validate(
        {
            "at": trial.event["at"],
            "call_id": trial.event["call_id"],
            "number": facts.get("number"),
            "name": facts.get("name"),
            "would_act": all(trial.holds),
            "holds": trial.holds,
            "outcomes": [_outcome(one) for one in trial.outcomes],
        }
    )


def _outcome(one: Outcome) -> dict[str, str | None]:
    return {"kind": one.kind, "to": one.to, "title": one.title, "text": one.text}


OPERATIONS = (
    Operation(
        "settings.crm_rules.try",
        "POST",
        "/settings/crm_rules/try",
        "Settings: what a CRM rule would have done with the last event of its kind",
        try_out,
        RuleTrial,
        body=TriedRule,
    ),
)
