"""A rule tried with what has happened lately: whether it would have held, and what it would have done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from config.automation import Action, Condition, RuleEvent
from crm_bridge.rule_actions import title_of, whom
from crm_bridge.rule_facts import Facts, facts_of, filled, holds
from crm_bridge.rules import is_on
from store import event_log

LOOKED_AT = 200  # events of the log
TRIED = 20  # of those, the ones whose facts are asked for


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action would have done, ``to`` whom, in its final words; ``to``: None for nobody."""

    kind: str
    to: str | None
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Trial:
    """``event``: the last one on which every condition holds, else the last one of the kind; ``holds``: one for each
    condition; ``outcomes``: one for each action."""

    event: dict[str, Any]
    facts: Facts
    holds: list[bool]
    outcomes: list[Outcome]


async def try_rule(
    session: AsyncSession,
    on: RuleEvent,
    conditions: Sequence[Condition],
    actions: Sequence[Action],
    time_zone: str,
) -> Trial | None:
    """Nothing is done. None where ``on`` has not happened lately."""
    type_ = "call.ended" if on == "call.missed" else on
    events = [event for event in await event_log.newest(session, type_, LOOKED_AT) if is_on(on, event)]
    first: Trial | None = None
    for event in events[:TRIED]:
        facts = await facts_of(session, event, time_zone)
        held = [holds(condition, facts) for condition in conditions]
        outcomes = [
            Outcome(action.kind, whom(action, facts), title_of(action, facts), filled(action.text, facts))
            for action in actions
        ]
        trial = Trial(event, facts, held, outcomes)
        if all(held):
            return trial
        first = first or trial
    return first
