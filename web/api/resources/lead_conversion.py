"""What becomes of a lead: a customer, a deal, or both. A repeat lead, a known customer's, only becomes a deal."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.tables import OPEN_LEAD, Activity, CallLink, Contact, ContactNumber, CustomerCompany, Deal, Lead
from pbx.ids import new_id
from web.api.errors import ConflictError, MissingError
from web.api.model import Given, Line, Shown
from web.api.operation import Ask, Operation
from web.api.resources.deals import Amount, Currency

ONLY_A_DEAL = "the lead of a known customer can only become a deal"


class ToContact(Given):
    """``name``: the lead's when left out. ``company``: by its name; made when there is none."""

    name: Line | None = None
    company: Line | None = None


class ToDeal(Given):
    title: Line
    amount: Amount | None = None
    currency: Currency | None = None


class Conversion(Given):
    contact: ToContact | None = None
    deal: ToDeal | None = None

    @model_validator(mode="after")
    def _becomes_something(self) -> Conversion:
        if self.contact is None and self.deal is None:
            raise ValueError("allowed: contact, deal, or both")
        return self


class Converted(Shown):
    """What the lead is now; ``contact_id`` also of a customer who was known before."""

    lead_id: str
    contact_id: str | None
    company_id: str | None
    deal_id: str | None


async def convert(ask: Ask) -> Converted:
    """Raises MissingError, and ConflictError for a lead that is over or cannot become this."""
    given: Conversion = ask.body
    now = ask.office.now()
    async with ask.office.database.transaction() as session:
        lead = await session.get(Lead, ask.path("id"))
        if lead is None:
            raise MissingError("there is no such lead")
        if lead.status not in OPEN_LEAD:
            raise ConflictError(f"the lead is {lead.status} already")
        if given.contact is not None and (lead.repeat or lead.contact_id is not None):
            raise ConflictError(ONLY_A_DEAL)
        if given.contact is not None:
            lead.contact_id = await _become_contact(session, lead, given.contact, now)
        contact = await session.get(Contact, lead.contact_id) if lead.contact_id is not None else None
        company_id = contact.company_id if contact is not None else None
        deal_id = None
        if given.deal is not None:
            deal_id = await _become_deal(session, lead, given.deal, company_id, now)
        lead.status, lead.updated_at = "converted", now
        await _follow(session, lead, deal_id)
    return Converted(lead_id=lead.id, contact_id=lead.contact_id, company_id=company_id, deal_id=deal_id)


async def _become_contact(session: AsyncSession, lead: Lead, given: ToContact, now: float) -> str:
    contact = Contact(
        id=new_id(),
        name=given.name or lead.name or lead.number,
        company_id=await _company(session, given.company, lead, now) if given.company is not None else None,
        responsible=lead.responsible,
        created_at=now,
        updated_at=now,
    )
    session.add(contact)
    await session.flush()
    if lead.number is not None:
        session.add(ContactNumber(contact_id=contact.id, number=lead.number, position=0))
    return contact.id


async def _company(session: AsyncSession, name: str, lead: Lead, now: float) -> str:
    known = await session.scalar(
        select(CustomerCompany.id).where(CustomerCompany.name == name).order_by(CustomerCompany.id).limit(1)
    )
    if known is not None:
        return known
    company = CustomerCompany(id=new_id(), name=name, responsible=lead.responsible, created_at=now, updated_at=now)
    session.add(company)
    await session.flush()
    return company.id


async def _become_deal(session: AsyncSession, lead: Lead, given: ToDeal, company_id: str | None, now: float) -> str:
    deal = Deal(
        id=new_id(),
        status="open",
        responsible=lead.responsible,
        contact_id=lead.contact_id,
        company_id=company_id,
        lead_id=lead.id,
        created_at=now,
        updated_at=now,
        **given.model_dump(),
    )
    session.add(deal)
    await session.flush()
    return deal.id


async def _follow(session: AsyncSession, lead: Lead, deal_id: str | None) -> None:
    """The lead's calls and activities belong to what it has become as well."""
    for table in (Activity, CallLink):
        values: dict[str, Any] = {"contact_id": lead.contact_id} | ({"deal_id": deal_id} if deal_id is not None else {})
        await session.execute(update(table).where(table.lead_id == lead.id).values(values))


OPERATIONS = (
    Operation(
        "leads.convert",
        "POST",
        "/leads/{id}/convert",
        "A lead becomes a customer, a deal, or both",
        convert,
        Converted,
        body=Conversion,
        errors=(409,),
    ),
)
