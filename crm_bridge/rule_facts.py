"""What is known of an event when rules are asked about it: by name, as texts, numbers, yes and no."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from config.automation import Condition
from crm_bridge.lookup import find_contact
from crm_bridge.tables import Call, CallLink, Contact, CustomerCompany, Deal, Lead
from crm_bridge.times import epoch

Fact = str | float | bool | None
Facts = dict[str, Fact]
MISSED = frozenset({"missed", "abandoned", "voicemail", "busy"})
_FACT = re.compile(r"\{([a-z_]+)\}")
_OF_CALL = ("direction", "dialled", "queue", "agent", "result", "reason", "wait_s", "talk_s", "transfers", "rating")


async def facts_of(session: AsyncSession, event: dict[str, Any], time_zone: str) -> Facts:
    """The facts of one event: of its call, of whom it is about, and when it happened."""
    local = datetime.fromtimestamp(epoch(event["at"]), ZoneInfo(time_zone))
    facts: Facts = {"event": event["type"], "call_id": event["call_id"], "hour": local.hour}
    facts["weekday"] = local.strftime("%a").lower()
    call = await session.get(Call, event["call_id"]) if event["call_id"] is not None else None
    link = await session.get(CallLink, event["call_id"]) if event["call_id"] is not None else None
    if call is not None:
        facts |= {name: getattr(call, name) for name in _OF_CALL}
        facts["number"] = call.dialled if call.direction == "outbound" else call.caller_number
        facts["name"] = call.caller_name
    facts |= {
        name: event[name] for name in ("number", "source", "repeat", "box", "rating") if event.get(name) is not None
    }
    if event["type"] == "voicemail.ready":
        facts["number"] = event["caller_number"]
    if event["type"] == "call.answered":
        facts["agent"] = event["login"]
    await _add_customer(session, facts, event, call, link)
    return facts


async def _add_customer(
    session: AsyncSession, facts: Facts, event: dict[str, Any], call: Call | None, link: CallLink | None
) -> None:
    lead_id = event.get("lead_id") or (link.lead_id if link is not None else None)
    lead = await session.get(Lead, lead_id) if lead_id is not None else None
    deal = await session.get(Deal, link.deal_id) if link is not None and link.deal_id is not None else None
    contact_id = link.contact_id if link is not None else None
    contact_id = contact_id or (call.contact_id if call is not None else None)
    if contact_id is None and isinstance(facts.get("number"), str):
        known = await find_contact(session, str(facts["number"]))
        contact_id = known.id if known is not None else None
    contact = await session.get(Contact, contact_id) if contact_id is not None else None
    company_id = contact.company_id if contact is not None else None
    company = await session.get(CustomerCompany, company_id) if company_id is not None else None
    whose = next((one.responsible for one in (lead, deal, contact) if one is not None and one.responsible), None)
    facts |= {
        "known": contact is not None,
        "vip": contact.vip if contact is not None else False,
        "language": contact.language if contact is not None else None,
        "company": company.name if company is not None else None,
        "contact_id": contact_id,
        "lead_id": lead_id,
        "deal_id": deal.id if deal is not None else None,
        "repeat": lead.repeat if lead is not None else False,
        "responsible": whose,
    }
    if contact is not None:
        facts["name"] = contact.name


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether a condition holds; what nobody knows is empty, and neither below nor above anything."""
    fact = facts.get(condition.field)
    text, wanted = shown(fact).casefold(), condition.value.strip().casefold()
    match condition.test:
        case "is":
            return text == wanted
        case "is_not":
            return text != wanted
        case "below" | "above":
            if not isinstance(fact, int | float) or isinstance(fact, bool):
                return False
            return fact < float(wanted) if condition.test == "below" else fact > float(wanted)
        case "contains":
            return wanted in text
        case "begins_with":
            return text.startswith(wanted)
        case "is_empty":
            return not text
        case "is_not_empty":
            return bool(text)


def shown(fact: Fact) -> str:
    """A fact as conditions compare it and texts show it."""
    if fact is None:
        return ""
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    return f"{fact:g}" if isinstance(fact, float) else str(fact)


def filled(text: str, facts: Facts) -> str:
    """``text`` with its ``{facts}`` filled in; what is no fact stays as it is."""
    return _FACT.sub(lambda found: shown(facts[found[1]]) if found[1] in facts else found[0], text)
