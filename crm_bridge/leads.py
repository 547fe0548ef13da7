"""Lead rules: what an outside call means for the CRM.

An unknown caller becomes a lead: its source is the number that was dialled, responsible is who answered first. A known
customer with nothing open becomes a repeat lead. While a lead or a deal is open, the call is added to it. Leads of one
number come one after the other: there is one open lead per number, which the database holds to as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import make_transient_to_detached

from config.crm import CrmRules
from crm_bridge.batch_dossiers import BatchDossiers
from crm_bridge.errors import OpenLeadExistsError
from crm_bridge.lookup import KnownContact
from crm_bridge.tables import OPEN_LEAD, Activity, Call, CallLink, Lead
from crm_bridge.times import epoch
from pbx.events.office import LeadCreated, LeadSuggested
from pbx.ids import new_id
from store.base import table_of
from store.batch_rows import BatchRows
from store.event_log import append, take_turn

_TABLE = table_of(Lead)
_ADD = {
    name: build(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.id)
    for name, build in (("sqlite", sqlite_insert), ("postgresql", postgresql_insert))
}
# A blocked caller is nobody's prospect, and a call that failed reached nobody.
NO_LEAD = frozenset({"blocked", "failed", "cancelled"})
_NO_LOGIN = re.compile(r"[+*#0-9]+$")  # a transfer names whom it cannot name by the number


class LeadRules:
    """The reaction to a person's answer and to a call's end; withheld numbers and internal calls make no lead.

    ``rules`` says which other calls make none, and whose the leads are; it is asked each time, for they change.
    """

    name = "leads"
    types = frozenset({"call.answered", "call.transferred", "call.ended"})

    def __init__(self, rules: Callable[[], CrmRules] = CrmRules) -> None:
        self._rules = rules

    async def apply(self, session: AsyncSession, event: dict[str, Any]) -> None:
        """Link the call to its lead or deal, and create the lead if there is none."""
        rows = BatchRows.of(session)
        call = await rows.get(Call, event["call_id"])
        if call is None or call.direction == "internal":
            return
        if event["type"] == "call.transferred":
            await self._follow(session, call.id, event["to"])
            return
        answerer = event["login"] if event["type"] == "call.answered" else None
        if event["type"] == "call.answered" and answerer is None:
            return
        outside = call.caller_number if call.direction == "inbound" else call.dialled
        if outside is None or not outside.startswith("+"):
            return
        link = await rows.get(CallLink, call.id)
        if link is not None:
            await _take_over(session, link, answerer)
            if call.transfers and answerer is not None:
                await self._follow(session, call.id, answerer)
            return
        rules = self._rules()
        may_create = call.direction == "inbound" and event.get("result") not in NO_LEAD
        may_create = may_create and rules.leads != "nobody" and call.dialled not in rules.no_leads_for
        is_known = may_create and await BatchDossiers.of(session).contact(outside) is not None
        if is_known and rules.leads == "unknown":
            may_create = False
        if may_create and not is_known and rules.strangers == "suggest":
            may_create = False
            if answerer is not None and await BatchDossiers.of(session).open_lead(outside) is None:
                await _suggest(session, call, outside, answerer, epoch(event["at"]))
        answerer = rules.lead_owner or answerer
        await _settle(session, call, outside, answerer, epoch(event["at"]), may_create=may_create)

    async def _follow(self, session: AsyncSession, call_id: str, login: str) -> None:
        """Who has been given the call is responsible for its lead, where the setting says so."""
        rules = self._rules()
        rows = BatchRows.of(session)
        link = await rows.get(CallLink, call_id)
        if not rules.follow_transfers or link is None or link.lead_id is None or _NO_LOGIN.match(login):
            return
        lead = await rows.get(Lead, link.lead_id)
        if lead is not None and lead.status in OPEN_LEAD:
            lead.responsible = login


async def _suggest(session: AsyncSession, call: Call, number: str, login: str, now: float) -> None:
    body = LeadSuggested(number=number, source=call.dialled, login=login)
    await append(session, body.type, call.id, asdict(body), id=new_id(), at=now)


async def link_call(session: AsyncSession, call_id: str, lead: Lead) -> None:
    """A call belongs to a lead that somebody has made of it, its activity too."""
    await session.merge(CallLink(call_id=call_id, contact_id=lead.contact_id, lead_id=lead.id, deal_id=None))
    await session.execute(
        update(Activity).where(Activity.call_id == call_id).values(lead_id=lead.id, contact_id=lead.contact_id)
    )


async def _take_over(session: AsyncSession, link: CallLink, answerer: str | None) -> None:
    lead = (
        await BatchRows.of(session).get(Lead, link.lead_id)
        if link.lead_id is not None and answerer is not None
        else None
    )
    if lead is not None and lead.responsible is None:
        lead.responsible = answerer


async def _settle(
    session: AsyncSession, call: Call, number: str, answerer: str | None, now: float, *, may_create: bool
) -> None:
    known = BatchDossiers.of(session)
    contact = await known.contact(number)
    contact_id = contact.id if contact is not None else None
    lead = await known.open_lead(number)
    deal_id = await known.open_deal(number)
    if lead is None and deal_id is None:
        if not may_create:
            return
        lead = await _from_call(session, call, number, contact, answerer, now)
    elif lead is not None and lead.responsible is None:
        lead.responsible = answerer
    lead_id = lead.id if lead is not None else None
    BatchRows.of(session).add(
        CallLink(call_id=call.id, contact_id=contact_id, lead_id=lead_id, deal_id=deal_id), key=call.id
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
        found = await _open_lead(session, number)
        if found is None:
            raise
        lead = found
    BatchDossiers.of(session).add(lead)
    return lead


async def add_lead(session: AsyncSession, lead: Lead) -> None:
    """Store a lead and say so on the stream. Raises OpenLeadExistsError."""
    await take_turn(session)
    values = {column: getattr(lead, column) for column in _TABLE.c.keys()}  # noqa: SIM118 - no mapping
    with session.no_autoflush:
        added = await session.scalar(_ADD[session.get_bind().dialect.name], values)
    if added is None:
        found = await _open_lead(session, lead.number or "")
        raise OpenLeadExistsError(lead.number or "", found.id if found is not None else "")
    for column, value in values.items():
        setattr(lead, column, value)  # what nobody has set counts as known, too
    make_transient_to_detached(lead)
    session.add(lead)
    body = LeadCreated(
        lead_id=lead.id,
        number=lead.number or "",
        source=lead.source or "",
        responsible=lead.responsible,
        repeat=lead.repeat,
        contact_id=lead.contact_id,
    )
    await append(session, body.type, lead.call_id, asdict(body), id=new_id(), at=lead.created_at)


async def _open_lead(session: AsyncSession, number: str) -> Lead | None:
    query = select(Lead).where(Lead.number == number, Lead.status.in_(OPEN_LEAD)).order_by(Lead.id).limit(1)
    return await session.scalar(query)
