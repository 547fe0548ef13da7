"""The branches of a fork: each target that is rung, and what is told of those who did not answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pbx.calls.cause import Cause, worst
from pbx.calls.leg import Leg
from pbx.calls.target import Target
from pbx.events import CallNotAnswered


@dataclass(slots=True)
class Branch:
    """One target being rung."""

    target: Target
    leg: Leg
    rang_at: float | None = None
    outcome: tuple[Cause, int] | None = None


def unanswered(
    branches: Iterable[Branch], won: Leg | None, otherwise: str, queue: str | None, now: float
) -> list[CallNotAnswered]:
    """One event per person none of whose devices has answered; ``otherwise`` is the cause of who was still rung."""
    people: dict[str, list[Branch]] = {}
    for branch in branches:
        people.setdefault(branch.target.party.extension or branch.leg.id, []).append(branch)
    events = []
    for of_person in people.values():
        if any(branch.leg is won for branch in of_person):
            continue
        rung = [branch.rang_at for branch in of_person if branch.rang_at is not None]
        causes = [branch.outcome for branch in of_person if branch.outcome is not None]
        cause = worst(causes)[0] if len(causes) == len(of_person) else otherwise
        party = of_person[0].target.party
        to, ring_s = party.extension or party.number or "", round(now - min(rung), 3) if rung else 0.0
        events.append(CallNotAnswered(party.login, to, cause, queue, ring_s))
    return events
