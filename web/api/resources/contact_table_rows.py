"""The rows of a table of contacts on their way into the database: whose each is, and then all of them, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.tables import Contact, ContactNumber, CustomerCompany
from pbx.ids import new_id
from store.base import table_of
from web.api.errors import ConflictError, InvalidError
from web.api.resources.contacts import MAX_NUMBERS, NewContact

PAGE = 250
AT_ONCE = 100  # rows that are only thought about: some milliseconds, then it is the others' turn
COPIED = ("name", "language", "responsible", "email", "vip")
BLANK = {"company_id": None, "language": None, "responsible": None, "email": None, "vip": False}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, checked; ``company``: by its name; ``columns``: those that the table has."""

    id: str | None
    company: str | None
    contact: NewContact
    columns: frozenset[str]


@dataclass(slots=True)
class Planned:
    """What becomes of one contact: the last line about it counts, and the numbers of all of them are added.

    What the table has no column for stays as it is; an empty cell empties.
    """

    is_new: bool
    names_company: bool
    company: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)


async def planned(session: AsyncSession, rows: Sequence[Row]) -> dict[str, Planned]:
    """The contacts of the rows by id.

    Raises ConflictError for an id that is nobody's, InvalidError when a contact comes to more than MAX_NUMBERS numbers.
    """
    known = await _owners(session, {number for row in rows for number in row.contact.numbers})
    present = await _present(session, {row.id for row in rows if row.id is not None})
    plan: dict[str, Planned] = {}
    for place, row in enumerate(rows):
        if place % AT_ONCE == 0:
            await asyncio.sleep(0)
        if row.id is not None and row.id not in present:
            fault = {"field": "id", "message": f"there is no such contact: {row.id}"}
            raise ConflictError("nothing was taken over", faults=[fault])
        id_ = row.id or next((known[one] for one in row.contact.numbers if one in known), None)
        is_new = id_ is None
        id_ = id_ or new_id()
        one = plan.setdefault(id_, Planned(is_new, "company" in row.columns))
        one.values = {name: getattr(row.contact, name) for name in COPIED if name in row.columns}
        one.company = row.company
        one.numbers += row.contact.numbers
        known.update(dict.fromkeys(row.contact.numbers, id_))
    await _check_numbers(session, plan)
    return plan


async def _check_numbers(session: AsyncSession, plan: dict[str, Planned]) -> None:
    for some in _pages(plan):
        present = await _numbers(session, some)
        for id_ in some:
            one = plan[id_]
            if len({*present[id_], *one.numbers}) > MAX_NUMBERS:
                fault = {"field": "numbers", "message": f"{one.values['name']}: allowed: at most {MAX_NUMBERS} in all"}
                raise InvalidError("nothing was taken over", faults=[fault])


async def write(session: AsyncSession, plan: dict[str, Planned], now: float) -> None:
    """All of the plan, within the caller's transaction."""
    companies = await _companies(session, {one.company for one in plan.values() if one.company is not None}, now)
    for some in _pages(plan):
        new, changed = [], []
        for id_ in some:
            one = plan[id_]
            values = {"id": id_, "updated_at": now, **one.values}
            if one.names_company:
                values["company_id"] = companies[one.company] if one.company is not None else None
            if one.is_new:
                new.append({**BLANK, **values, "created_at": now})
            else:
                changed.append(values)
        if new:
            await session.execute(insert(table_of(Contact)), new)
        if changed:
            await session.execute(update(Contact), changed)
        await _add_numbers(session, {id_: plan[id_].numbers for id_ in some})


async def _add_numbers(session: AsyncSession, wanted: dict[str, list[str]]) -> None:
    """The numbers that each contact does not have yet, behind those that it has."""
    present = await _numbers(session, wanted)
    rows = []
    for id_, numbers in wanted.items():
        new = [number for number in dict.fromkeys(numbers) if number not in present[id_]]
        rows += [
            {"contact_id": id_, "number": number, "position": position}
            for position, number in enumerate(new, start=len(present[id_]))
        ]
    if rows:
        await session.execute(insert(table_of(ContactNumber)), rows)


async def _numbers(session: AsyncSession, ids: Iterable[str]) -> dict[str, list[str]]:
    """The numbers that each of these contacts has."""
    present: dict[str, list[str]] = {id_: [] for id_ in ids}
    query = select(ContactNumber.contact_id, ContactNumber.number).where(ContactNumber.contact_id.in_(present))
    for id_, number in await session.execute(query):
        present[id_].append(number)
    return present


async def _owners(session: AsyncSession, numbers: set[str]) -> dict[str, str]:
    """Whose the numbers are already; the oldest contact's where several have one."""
    known: dict[str, str] = {}
    for some in _pages(sorted(numbers)):
        query = select(ContactNumber.number, ContactNumber.contact_id).where(ContactNumber.number.in_(some))
        for number, id_ in await session.execute(query.order_by(ContactNumber.contact_id)):
            known.setdefault(number, id_)
    return known


async def _present(session: AsyncSession, ids: set[str]) -> set[str]:
    present: set[str] = set()
    for some in _pages(sorted(ids)):
        present.update(await session.scalars(select(Contact.id).where(Contact.id.in_(some))))
    return present


async def _companies(session: AsyncSession, names: set[str], now: float) -> dict[str, str]:
    """The companies by name: the oldest where several have it, a new one where none has."""
    found: dict[str, str] = {}
    for some in _pages(sorted(names)):
        query = select(CustomerCompany.name, func.min(CustomerCompany.id)).where(CustomerCompany.name.in_(some))
        found.update((row[0], row[1]) for row in await session.execute(query.group_by(CustomerCompany.name)))
    for some in _pages(sorted(names - found.keys())):
        made = [{"id": new_id(), "name": name, "created_at": now, "updated_at": now} for name in some]
        await session.execute(insert(table_of(CustomerCompany)), made)
        found.update({str(one["name"]): str(one["id"]) for one in made})
    return found


def _pages(values: Iterable[str]) -> Iterator[list[str]]:
    """In pieces small enough that others get a turn between them."""
    whole = list(values)
    return (whole[start : start + PAGE] for start in range(0, len(whole), PAGE))
