"""What rules do: a task, a notification, a webhook, somebody responsible, a mail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from config.automation import Action, CrmRule
from crm_bridge.rule_facts import Facts, filled
from crm_bridge.tables import OPEN_LEAD, Contact, Deal, Lead, RuleMail, Task
from pbx.events.office import CrmNotified
from pbx.ids import new_id
from store.event_log import append

MAX_TITLE = 200
ToWebhook = Callable[[AsyncSession, str, dict[str, Any]], Awaitable[None]]
"""Puts a document on its way to the webhook of this name, within the transaction."""


class RuleActions:
    """Does what a rule says within the transaction that notes the event as seen: all of it once, or nothing."""

    def __init__(self, to_webhook: ToWebhook) -> None:
        self._to_webhook = to_webhook

    async def do(
        self, session: AsyncSession, rule: CrmRule, action: Action, facts: Facts, event: dict[str, Any], now: float
    ) -> None:
        """One action of ``rule``; for nobody, where ``to`` stands for somebody whom the event does not name."""
        to = whom(action, facts)
        title = title_of(action, facts)
        text = filled(action.text, facts)
        match action.kind:
            case "task":
                session.add(_task(action, facts, to, title, text, now))
            case "notify" if to is not None:
                ids = {name: facts.get(name) for name in ("number", "contact_id", "lead_id")}
                body = asdict(CrmNotified(rule.name, to, title, text)) | ids
                await append(session, CrmNotified.type, event["call_id"], body, id=new_id(), at=now)
            case "assign" if to is not None:
                await _assign(session, facts, to, now)
            case "webhook" if action.webhook is not None:
                told = {"id": new_id(), "type": "crm.rule", "at": event["at"], "call_id": event["call_id"]}
                told |= {"rule": rule.name, "facts": facts, "event": event}
                await self._to_webhook(session, action.webhook, told)
            case "message":
                session.add(
                    RuleMail(
                        id=new_id(),
                        rule=rule.name,
                        to=action.to,
                        subject=title,
                        text=text,
                        created_at=now,
                        next_at=now,
                        fault="",
                    )
                )


def whom(action: Action, facts: Facts) -> str | None:
    """The login or the address that ``to`` stands for; None where that is nobody."""
    if action.to not in ("agent", "responsible"):
        return action.to
    found = facts.get(action.to) or facts.get("responsible" if action.to == "agent" else "agent")
    return found if isinstance(found, str) else None


def title_of(action: Action, facts: Facts) -> str:
    """The title in one line, filled in."""
    return " ".join(filled(action.title, facts).split())[:MAX_TITLE]


def _task(action: Action, facts: Facts, to: str | None, title: str, text: str, now: float) -> Task:
    links = {name: facts.get(name) for name in ("contact_id", "lead_id", "deal_id", "call_id")}
    return Task(
        id=new_id(),
        title=title,
        text=text,
        status="open",
        due_at=now + 60 * action.due_min if action.due_min else None,
        responsible=to,
        created_by=None,
        created_at=now,
        updated_at=now,
        **links,
    )


async def _assign(session: AsyncSession, facts: Facts, to: str, now: float) -> None:
    """What is open becomes ``to``'s: the lead, else the deal, else the contact."""
    for table, name in ((Lead, "lead_id"), (Deal, "deal_id"), (Contact, "contact_id")):
        row: Any = await session.get(table, facts[name]) if facts.get(name) is not None else None
        if row is None or (isinstance(row, Lead) and row.status not in OPEN_LEAD):
            continue
        row.responsible, row.updated_at = to, now
        return
