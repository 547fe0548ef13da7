"""Contacts: customers, with several numbers each."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.tables import Contact as ContactRow
from crm_bridge.tables import ContactNumber, CustomerCompany
from pbx.ids import new_id
from pbx.routing import numbers as routing_numbers
from web.api.errors import InvalidError
from web.api.model import Given, Id, Line, LoginName, QueryNumber, Shown, ShownTime, WrittenNumber
from web.api.operation import Ask
from web.api.paging import page_by_id
from web.api.resources.numbers import sought
from web.api.resources.records import Change, Records, Searched, digits_of, document_of
from web.api.sorted_pages import alphabetical, page_sorted

MAX_NUMBERS = 20
Numbers = Annotated[list[WrittenNumber], Field(max_length=MAX_NUMBERS)]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$")]
Language = Literal["es", "en"]


class NewContact(Given):
    """``numbers`` however they are written; they are kept in E.164, the first one is the main number."""

    name: Line
    company_id: Id | None = None
    numbers: Numbers = Field(default_factory=list)
    language: Language | None = None
    responsible: LoginName | None = None
    email: Email | None = None
    vip: bool = False


class ChangeContact(Change):
    needed: ClassVar[frozenset[str]] = frozenset({"name", "numbers", "vip"})

    name: Line | None = None
    company_id: Id | None = None
    numbers: Numbers | None = None
    language: Language | None = None
    responsible: LoginName | None = None
    email: Email | None = None
    vip: bool | None = None


class Contact(Shown):
    id: str
    name: str
    company_id: str | None
    company: str | None
    numbers: list[str]
    language: str | None
    responsible: str | None
    email: str | None
    vip: bool
    created_at: ShownTime
    updated_at: ShownTime


class Contacts(Shown):
    items: list[Contact]
    next_cursor: str | None


class ContactsAsked(Searched):
    """``name`` finds every contact whose name contains it; ``sort``: newest first unless given."""

    number: QueryNumber | None = None
    name: Line | None = None
    company_id: Id | None = None
    responsible: LoginName | None = None
    sort: Literal["name", "-name", "company", "-company"] | None = None


RECORDS = Records(
    "contacts",
    "contact",
    ContactRow,
    Contact,
    Contacts,
    NewContact,
    ChangeContact,
    ContactsAsked,
    {"company_id": CustomerCompany},
)


_COMPANY = select(CustomerCompany.name).where(CustomerCompany.id == ContactRow.company_id).scalar_subquery()
_KEYS = {"name": alphabetical(ContactRow.name), "company": alphabetical(_COMPANY)}


async def list_contacts(ask: Ask) -> Contacts:
    asked: ContactsAsked = ask.query
    query = select(ContactRow)
    if asked.number is not None:
        having = select(ContactNumber.contact_id).where(ContactNumber.number == sought(ask, asked.number))
        query = query.where(ContactRow.id.in_(having))
    if asked.name is not None:
        query = query.where(ContactRow.name.icontains(asked.name, autoescape=True))
    if asked.company_id is not None:
        query = query.where(ContactRow.company_id == asked.company_id)
    if asked.responsible is not None:
        query = query.where(ContactRow.responsible == asked.responsible)
    if asked.q is not None:
        query = query.where(_contains(asked.q))
    async with ask.office.database.session() as session:
        if asked.sort is None:
            rows, cursor = await page_by_id(session, query, ContactRow.id, asked)
        else:
            key, is_falling = _KEYS[asked.sort.removeprefix("-")], asked.sort.startswith("-")
            rows, cursor = await page_sorted(session, query, key, ContactRow.id, asked, is_falling=is_falling)
        items = await documents(session, [row[0] for row in rows])
    return Contacts.model_validate({"items": items, "next_cursor": cursor})


def _contains(text: str) -> ColumnElement[bool]:
    """That a contact has ``text`` in any of its fields, its numbers and its company's name among them."""
    own = (ContactRow.name, ContactRow.email, ContactRow.responsible)
    found = [column.icontains(text, autoescape=True) for column in own]
    of_company = CustomerCompany.id == ContactRow.company_id
    found.append(exists().where(of_company, CustomerCompany.name.icontains(text, autoescape=True)))
    if digits := digits_of(text):
        found.append(exists().where(ContactNumber.contact_id == ContactRow.id, ContactNumber.number.contains(digits)))
    return or_(*found)


async def read(ask: Ask) -> Contact:
    async with ask.office.database.session() as session:
        (shown,) = await documents(session, [await RECORDS.row(session, ask)])
    return Contact.model_validate(shown)


async def create(ask: Ask) -> Contact:
    now = ask.office.now()
    async with ask.office.database.transaction() as session:
        values = await RECORDS.checked(session, ask, ask.body.model_dump())
        written = values.pop("numbers")
        row = ContactRow(id=new_id(), created_at=now, updated_at=now, **values)
        session.add(row)
        await session.flush()
        await _set_numbers(session, row, _normalised(ask, written))
        (shown,) = await documents(session, [row])
    return Contact.model_validate(shown)


async def update(ask: Ask) -> Contact:
    async with ask.office.database.transaction() as session:
        row = await RECORDS.row(session, ask)
        values = await RECORDS.checked(session, ask, ask.body.model_dump(exclude_unset=True))
        written = values.pop("numbers", None)
        for name, value in values.items():
            setattr(row, name, value)
        row.updated_at = ask.office.now()
        if written is not None:
            await _set_numbers(session, row, _normalised(ask, written))
        (shown,) = await documents(session, [row])
    return Contact.model_validate(shown)


def _normalised(ask: Ask, written: list[str]) -> list[str]:
    """Each number once, in E.164. Raises InvalidError naming the ones that are none."""
    found = [routing_numbers.normalise(number, ask.office.company.country) for number in written]
    faults = [
        {"field": f"numbers.{place}", "message": "not a telephone number"}
        for place, number in enumerate(found)
        if number is None
    ]
    if faults:
        raise InvalidError("some numbers are wrong", faults=faults)
    return list(dict.fromkeys(number for number in found if number is not None))


async def _set_numbers(session: AsyncSession, row: ContactRow, numbers: list[str]) -> None:
    await session.execute(delete(ContactNumber).where(ContactNumber.contact_id == row.id))
    for position, number in enumerate(numbers):
        session.add(ContactNumber(contact_id=row.id, number=number, position=position))
    await session.flush()


async def documents(session: AsyncSession, rows: list[ContactRow]) -> list[dict[str, Any]]:
    """Contacts with their numbers and the name of their company: two queries, however many contacts."""
    ids = [row.id for row in rows]
    numbers: dict[str, list[str]] = {id_: [] for id_ in ids}
    of_these = select(ContactNumber.contact_id, ContactNumber.number).where(ContactNumber.contact_id.in_(ids))
    for id_, number in await session.execute(of_these.order_by(ContactNumber.position)):
        numbers[id_].append(number)
    names: dict[str, str] = {}
    if company_ids := {row.company_id for row in rows if row.company_id is not None}:
        named = select(CustomerCompany.id, CustomerCompany.name).where(CustomerCompany.id.in_(company_ids))
        names = {row.id: row.name for row in await session.execute(named)}
    return [document_of(row) | {"numbers": numbers[row.id], "company": names.get(row.company_id or "")} for row in rows]


_ONE = "/contacts/{id:(?!(?:import|export|duplicates)$)[^/]+}"
OPERATIONS = tuple(
    replace(operation, route=_ONE) if operation.path.endswith("{id}") else operation
    for operation in RECORDS.operations(list_=list_contacts, read=read, create=create, update=update)
)
