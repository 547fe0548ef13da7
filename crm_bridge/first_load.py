"""The customers that a company document brings along, loaded once into an empty CRM."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from config.company import Contact as Given
from crm_bridge.tables import Contact, ContactNumber, CustomerCompany, Deal
from pbx.ids import new_id
from store.tables import Installation

LOADED = "contacts_loaded"


async def load_contacts(session: AsyncSession, contacts: tuple[Given, ...], now: float) -> int:
    """Store ``contacts`` with their companies and open deals; how many. Nothing happens the second time."""
    if await session.get(Installation, LOADED) is not None:
        return 0
    session.add(Installation(name=LOADED, value=str(len(contacts))))
    companies: dict[str, str] = {}
    for given in contacts:
        company_id = None
        if given.company:
            if given.company not in companies:
                companies[given.company] = await _add_company(session, given, now)
            company_id = companies[given.company]
        await _add_contact(session, given, company_id, now)
    return len(contacts)


async def _add_company(session: AsyncSession, given: Given, now: float) -> str:
    id_ = new_id()
    session.add(
        CustomerCompany(id=id_, name=given.company, responsible=given.responsible, created_at=now, updated_at=now)
    )
    await session.flush()
    return id_


async def _add_contact(session: AsyncSession, given: Given, company_id: str | None, now: float) -> None:
    contact = Contact(
        id=new_id(),
        name=given.name,
        company_id=company_id,
        language=given.language,
        responsible=given.responsible,
        vip=False,
        created_at=now,
        updated_at=now,
    )
    session.add(contact)
    await session.flush()
    for position, number in enumerate(given.numbers):
        session.add(ContactNumber(contact_id=contact.id, number=number, position=position))
    if given.open_deal is not None:
        session.add(
            Deal(
                id=new_id(),
                title=given.open_deal,
                status="open",
                responsible=given.responsible,
                contact_id=contact.id,
                company_id=company_id,
                created_at=now,
                updated_at=now,
            )
        )
