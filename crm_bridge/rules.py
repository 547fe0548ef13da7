"""The company's rules: they follow the event log, each event once, and do what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from config.automation import CrmRule, RuleEvent
from config.company import Company
from crm_bridge.rule_actions import RuleActions, ToWebhook
from crm_bridge.rule_facts import MISSED, facts_of, holds
from store import event_log
from store.engine import Database
from store.rounds import SteppedRounds
from store.tables import JournalPosition

READER = "crm_rules"
TRIGGERS = frozenset({"call.answered", "call.ended", "lead.created", "voicemail.ready"})
PAGE = 200
IDLE_S = 5.0
MAX_BEHIND_S = 3600.0  # who was told to do something yesterday is not told today

log = structlog.get_logger(__name__)


class Rules(SteppedRounds):
    """Follows the events and does what the rules of ``company()`` say. ``now``: seconds since the epoch."""

    waits = "rules_wait"
    pause_s = IDLE_S

    def __init__(
        self, database: Database, company: Callable[[], Company], to_webhook: ToWebhook, now: Callable[[], float]
    ) -> None:
        super().__init__()
        self._database = database
        self._company = company
        self._actions = RuleActions(to_webhook)
        self._now = now

    def hear(self, document: dict[str, Any]) -> None:
        """Something has happened; it will be in the event log in a moment."""
        if document["type"] in TRIGGERS and self._active():
            self.notify()

    async def step(self) -> bool:
        """Take the next events; whether there may be more. What was there before the first rule counts for none."""
        rules = self._active()
        async with self._database.session() as session:
            place = await session.get(JournalPosition, READER)
            last = await event_log.last_seq(session)
            seen = place.offset if place is not None else last
            rows = await event_log.page(session, seen, PAGE) if rules and seen < last else []
        reached = rows[-1][0] if rows else last
        if place is not None and reached == seen:
            return False
        async with self._database.transaction() as session:
            for _, event in rows:
                if event["type"] in TRIGGERS:
                    await self._apply(session, rules, event)
            await session.merge(JournalPosition(reader=READER, segment=0, offset=reached, updated_at=self._now()))
        return bool(rows)

    async def _apply(self, session: AsyncSession, rules: list[CrmRule], event: dict[str, Any]) -> None:
        now = self._now()
        wanted = [rule for rule in rules if is_on(rule.on, event)]
        if not wanted or event_log.seconds(event["at"]) < now - MAX_BEHIND_S:
            return
        facts = await facts_of(session, event, self._company().time_zone)
        for rule in wanted:
            if all(holds(condition, facts) for condition in rule.conditions):
                for action in rule.actions:
                    await self._actions.do(session, rule, action, facts, event, now)
                    await session.flush()
                log.info("rule_applied", rule=rule.name, event_id=event["id"], call_id=event["call_id"])

    def _active(self) -> list[CrmRule]:
        return [rule for rule in self._company().crm_rules if rule.is_active]


def is_on(on: RuleEvent, event: dict[str, Any]) -> bool:
    """Whether this event is what rules call ``on``."""
    if on == "call.missed":
        is_inbound = event["type"] == "call.ended" and event["direction"] == "inbound"
        return bool(is_inbound and event["result"] in MISSED)
    if event["type"] == "call.answered" and event["login"] is None:
        return False
    return bool(event["type"] == on)
