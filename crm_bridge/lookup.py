"""Who a number is: the customer, what is open with them, and when they last called. Two indexed queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Float,
    String,
    bindparam,
    case,
    cast,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import Select

from crm_bridge.tables import OPEN_LEAD, Call, Contact, ContactNumber, CustomerCompany, Deal, Lead
from crm_bridge.times import rfc3339

LAST_CALLS = 5
MAX_OPEN = 10


@dataclass(frozen=True, slots=True)
class KnownContact:
    """The contact that a number belongs to."""

    id: str
    name: str
    company_id: str | None
    company: str | None
    language: str | None
    responsible: str | None
    vip: bool


# The fields of KnownContact, in their order.
CONTACTS = (
    select(
        Contact.id,
        Contact.name,
        Contact.company_id,
        CustomerCompany.name.label("company"),
        Contact.language,
        Contact.responsible,
        Contact.vip,
    )
    .join(ContactNumber, ContactNumber.contact_id == Contact.id)
    .outerjoin(CustomerCompany, CustomerCompany.id == Contact.company_id)
    .order_by(Contact.id)
)
_CONTACT = CONTACTS.where(ContactNumber.number == bindparam("number")).limit(1)


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that the CRM knows about a number; lists are newest first, as documents."""

    number: str | None
    contact: KnownContact | None = None
    leads: list[dict[str, Any]] = field(default_factory=list)
    deals: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)

    @property
    def responsible(self) -> str | None:
        """Who looks after this caller: the contact's responsible, else that of the open deal or lead."""
        if self.contact is not None and self.contact.responsible is not None:
            return self.contact.responsible
        return next((row["responsible"] for row in [*self.deals, *self.leads] if row["responsible"]), None)


async def find_contact(session: AsyncSession, number: str) -> KnownContact | None:
    """The contact with ``number`` (E.164); the oldest, should there be several."""
    found = (await session.execute(_CONTACT, {"number": number})).first()
    return None if found is None else KnownContact(*found)


async def contacts_of(session: AsyncSession, numbers: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Id and name of the contact that has each of these numbers (E.164); the oldest, should there be several."""
    if not numbers:
        return {}
    asked = select(ContactNumber.number, Contact.id, Contact.name).join(Contact, Contact.id == ContactNumber.contact_id)
    rows = await session.execute(asked.where(ContactNumber.number.in_(set(numbers))).order_by(Contact.id.desc()))
    return {number: (id_, name) for number, id_, name in rows}


async def look_up(session: AsyncSession, number: str | None) -> Dossier:
    """What is known about ``number`` (E.164, None when withheld)."""
    if number is None:
        return Dossier(None)
    return await open_dossier(session, number, await find_contact(session, number))


async def open_dossier(session: AsyncSession, number: str, contact: KnownContact | None) -> Dossier:
    """What is known about ``number`` beside its contact, which ``find_contact`` has found."""
    rows = (
        await session.execute(_stranger_rows(), {"number": number})
        if contact is None
        else await session.execute(_contact_rows(), {"number": number, "contact": contact.id})
    ).all()
    dossier = Dossier(number, contact)
    for row in sorted(rows, key=lambda row: row.at, reverse=True):
        if row.kind == "lead":
            dossier.leads.append(
                {"id": row.id, "status": row.status, "source": row.text, "responsible": row.login}
                | {"repeat": row.flag == "1", "created_at": rfc3339(row.at)}
            )
        elif row.kind == "deal":
            dossier.deals.append(
                {"id": row.id, "title": row.text, "status": row.status, "responsible": row.login}
                | {"created_at": rfc3339(row.at)}
            )
        elif len(dossier.calls) < LAST_CALLS:
            dossier.calls.append(
                {"id": row.id, "direction": row.kind, "started_at": rfc3339(row.at), "result": row.status}
                | {"queue": row.text, "agent": row.login}
            )
    return dossier


def _part(kind: str, id_: Any, at: Any, status: Any, text: Any, login: Any, flag: Any) -> Select[Any]:
    return select(
        literal(kind, String).label("kind"),
        id_.label("id"),
        cast(at, Float).label("at"),
        status.label("status"),
        cast(text, String).label("text"),
        login.label("login"),
        cast(flag, String).label("flag"),
    )


def _bounded(query: Select[Any], at: Any, limit: int) -> Select[Any]:
    return select(query.order_by(at.desc()).limit(limit).subquery())


# Putting a statement together takes longer than its execution, and people wait for this one before their phones ring.
@cache
def _stranger_rows() -> CompoundSelect[Any]:
    return union_all(_leads(Lead.number == bindparam("number")), *_calls())


@cache
def _contact_rows() -> CompoundSelect[Any]:
    whose = or_(Lead.number == bindparam("number"), Lead.contact_id == bindparam("contact"))
    return union_all(_leads(whose), *_calls(), _deals())


def _leads(mine: ColumnElement[bool]) -> Select[Any]:
    repeat = case((Lead.repeat, literal("1")), else_=literal("0"))
    query = _part("lead", Lead.id, Lead.created_at, Lead.status, Lead.source, Lead.responsible, repeat)
    return _bounded(query.where(mine, Lead.status.in_(OPEN_LEAD)), Lead.created_at, MAX_OPEN)


def _deals() -> Select[Any]:
    query = _part("deal", Deal.id, Deal.created_at, Deal.status, Deal.title, Deal.responsible, null())
    return _bounded(
        query.where(Deal.contact_id == bindparam("contact"), Deal.status == "open"), Deal.created_at, MAX_OPEN
    )


def _calls() -> Iterator[Select[Any]]:
    for column, direction in ((Call.caller_number, "inbound"), (Call.dialled, "outbound")):
        query = _part(direction, Call.id, Call.started_at, Call.result, Call.queue, Call.agent, null())
        theirs = query.where(column == bindparam("number"), Call.direction == direction)
        yield _bounded(theirs, Call.started_at, LAST_CALLS)
