"""Lead rules: what an outside call means for the CRM.

An unknown caller becomes a lead: its source is the number that was dialled, responsible is who answered first. A known
customer with nothing open becomes a repeat lead. While a lead or a deal is open, the call is added to it. Leads of one
number come one after the other: there is one open lead per number, which the database holds to as well.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.errors import OpenLeadExistsError
from crm_bridge.lookup import KnownContact, find_contact
from crm_bridge.tables import OPEN_LEAD, Call, CallLink, Deal, Lead
from crm_bridge.times import epoch
from pbx.events import LeadCreated
from pbx.ids import new_id
from store.event_log import append

# A blocked caller is nobody's prospect, and a call that failed reached nobody.
NO_LEAD = frozenset({"blocked", "failed", "cancelled"})


class LeadRules:
    """The reaction to a person's answer and to a call's end; withheld numbers and internal calls make no lead."""

    name = "leads"
    types = frozenset({"call.answered", "call.ended"})

    async def apply(self, session: AsyncSession, event: dict[str, Any]) -> None:
        """Link the call to its lead or deal, and create the lead if there is none."""
        call = await session.get(Call, event["call_id"])
        if call is None or call.direction == "internal":
            return
        answerer = event["login"] if event["type"] == "call.answered" else None
        if event["type"] == "call.answered" and answerer is None:
            return
        outside = call.caller_number if call.direction == "inbound" else call.dialled
        if outside is None or not outside.startswith("+"):
            return
        link = await session.get(CallLink, call.id)
        if link is not None:
            await _take_over(session, link, answerer)
            return
        may_create = call.direction == "inbound" and event.get("result") not in NO_LEAD
        await _settle(session, call, outside, answerer, epoch(event["at"]), may_create=may_create)


async def _take_over(session: AsyncSession, link: CallLink, answerer: str | None) -> None:
    lead = await session.get(Lead, link.lead_id) if link.lead_id is not None and answerer is not None else None
    if lead is not None and lead.responsible is None:
        lead.responsible = answerer


async def _settle(
    session: AsyncSession, call: Call, number: str, answerer: str | None, now: float, *, may_create: bool
) -> None:
    contact = await find_contact(session, number)
    contact_id = contact.id if contact is not None else None
    lead = await open_lead(session, number, contact_id)
    deal_id = await _open_deal(session, contact_id)
    if lead is None and deal_id is None:
        if not may_create:
            return
        lead = await _from_call(session, call, number, contact, answerer, now)
    elif lead is not None and lead.responsible is None:
        lead.responsible = answerer
    session.add(
        CallLink(call_id=call.id, contact_id=contact_id, lead_id=lead.id if lead is not None else None, deal_id=deal_id)
    )


async def _from_call(
    session: AsyncSession, call: Call, number: str, contact: KnownContact | None, answerer: str | None, now: float
) -> Lead:
    lead = Lead(
        id=new_id(),
        number=number,
        name=contact.name if contact is not None else call.caller_name,
        source=call.dialled,
        responsible=answerer or (contact.responsible if contact is not None else None),
        status="new",
        repeat=contact is not None,
        contact_id=contact.id if contact is not None else None,
        call_id=call.id,
        created_at=now,
        updated_at=now,
    )
    try:
        await add_lead(session, lead)
    except OpenLeadExistsError:
        found = await open_lead(session, number, None)
        if found is None:
            raise
        return found
    return lead


async def add_lead(session: AsyncSession, lead: Lead) -> None:
    """Store a lead and say so on the stream. Raises OpenLeadExistsError."""
    try:
        async with session.begin_nested():
            session.add(lead)
    except IntegrityError:
        found = await open_lead(session, lead.number or "", None)
        raise OpenLeadExistsError(lead.number or "", found.id if found is not None else "") from None
    body = LeadCreated(
        lead_id=lead.id,
        number=lead.number or "",
        source=lead.source or "",
        responsible=lead.responsible,
        repeat=lead.repeat,
        contact_id=lead.contact_id,
    )
    await append(session, body.type, lead.call_id, asdict(body), id=new_id(), at=lead.created_at)


async def open_lead(session: AsyncSession, number: str, contact_id: str | None) -> Lead | None:
    """The open lead of this number or contact, the oldest first."""
    whose = Lead.number == number
    mine = whose if contact_id is None else or_(whose, Lead.contact_id == contact_id)
    query = select(Lead).where(mine, Lead.status.in_(OPEN_LEAD)).order_by(Lead.id).limit(1)
    return await session.scalar(query)


async def _open_deal(session: AsyncSession, contact_id: str | None) -> str | None:
    if contact_id is None:
        return None
    query = select(Deal.id).where(Deal.contact_id == contact_id, Deal.status == "open").order_by(Deal.id).limit(1)
    return await session.scalar(query)
