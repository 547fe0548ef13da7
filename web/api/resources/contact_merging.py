"""Contacts that are one and the same: found, and made one of."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.tables import Activity, Call, CallLink, Contact, ContactNumber, Deal, Lead, Task
from store.audit import note
from web.api.errors import ConflictError, InvalidError, MissingError
from web.api.model import Given, Id, Shown
from web.api.operation import Ask, Operation
from web.api.paging import PagedWhole, page_of
from web.api.resources.contacts import MAX_NUMBERS, documents
from web.api.resources.contacts import Contact as ContactShown

MOST = 500
BELONGING = (Lead, Deal, Task, Activity, CallLink, Call)
FILLED = ("company_id", "language", "responsible", "email")


class Merge(Given):
    """``other``: the contact that is no more afterwards."""

    other: Id


class DuplicatesAsked(PagedWhole):
    """``contact_id``: only those of this contact."""

    contact_id: Id | None = None


class Duplicate(Shown):
    """Contacts that have ``value`` in common: a number, or the name."""

    by: Literal["number", "name"]
    value: str
    contacts: list[ContactShown]


class Duplicates(Shown):
    items: list[Duplicate]
    next_cursor: str | None


async def merge(ask: Ask) -> ContactShown:
    """What is known of the other is added where this one has nothing, and everything of the other becomes this one's.

    Raises MissingError, ConflictError, InvalidError.
    """
    now = ask.office.now()
    async with ask.office.database.transaction() as session:
        kept = await session.get(Contact, ask.path("id"))
        if kept is None:
            raise MissingError("there is no such contact")
        other = await session.get(Contact, ask.body.other)
        if other is None or other is kept:
            message = "there is no such record" if other is None else "this is the same contact"
            raise ConflictError("they cannot be merged", faults=[{"field": "other", "message": message}])
        await _move_numbers(session, kept.id, other.id)
        for name in FILLED:
            if getattr(kept, name) is None:
                setattr(kept, name, getattr(other, name))
        kept.vip, kept.updated_at = kept.vip or other.vip, now
        for table in BELONGING:
            await session.execute(update(table).where(table.contact_id == other.id).values(contact_id=kept.id))
        await session.flush()
        await session.delete(other)
        await session.flush()
        note(session, "merged", "contact", kept.id, by=ask.viewer.login, now=now, detail={"other": ask.body.other})
        (shown,) = await documents(session, [kept])
    return ContactShown.model_validate(shown)


async def _move_numbers(session: AsyncSession, kept: str, other: str) -> None:
    rows = list(
        await session.scalars(
            select(ContactNumber).where(ContactNumber.contact_id.in_((kept, other))).order_by(ContactNumber.position)
        )
    )
    present = [row.number for row in rows if row.contact_id == kept]
    new = [row.number for row in rows if row.contact_id == other and row.number not in present]
    if len(present) + len(new) > MAX_NUMBERS:
        fault = {"field": "other", "message": f"together they have more than {MAX_NUMBERS} numbers"}
        raise InvalidError("they cannot be merged", faults=[fault])
    for row in rows:
        if row.contact_id == other:
            await session.delete(row)
    await session.flush()
    for position, number in enumerate(new, start=len(present)):
        session.add(ContactNumber(contact_id=kept, number=number, position=position))


async def list_duplicates(ask: Ask) -> Duplicates:
    """Numbers that several contacts have, then names."""
    of = ask.query.contact_id
    async with ask.office.database.session() as session:
        found = [("number", *one) for one in await _shared(session, ContactNumber.number, ContactNumber.contact_id, of)]
        found += [("name", *one) for one in await _shared(session, func.lower(Contact.name), Contact.id, of)]
        page, following = page_of(found, lambda one: f"{one[0]}:{one[1]}"[:100], ask.query)
        wanted = {id_ for _, _, ids in page for id_ in ids}
        rows = list(await session.scalars(select(Contact).where(Contact.id.in_(wanted))))
        shown = {one["id"]: one for one in await documents(session, rows)}
    items = [
        {"by": by, "value": value, "contacts": [shown[id_] for id_ in ids if id_ in shown]} for by, value, ids in page
    ]
    return Duplicates.model_validate({"items": items, "next_cursor": following})


async def _shared(session: AsyncSession, value: Any, id_: Any, of: str | None) -> list[tuple[str, list[str]]]:
    """The values that more than one contact has, and whose they are; ``of``: only those that this contact has."""
    several = select(value).group_by(value).having(func.count() > 1).order_by(value).limit(MOST)
    if of is not None:
        several = several.where(value.in_(select(value).where(id_ == of)))
    shared: dict[str, list[str]] = {}
    for one, whose in await session.execute(select(value, id_).where(value.in_(several)).order_by(value, id_)):
        shared.setdefault(one, []).append(whose)
    return list(shared.items())


OPERATIONS = (
    Operation(
        "contacts.merge",
        "POST",
        "/contacts/{id}/merge",
        "Make one contact of two",
        merge,
        ContactShown,
        body=Merge,
        errors=(409,),
    ),
    Operation(
        "contacts.duplicates",
        "GET",
        "/contacts/duplicates",
        "Contacts that may be the same",
        list_duplicates,
        Duplicates,
        query=DuplicatesAsked,
    ),
)
