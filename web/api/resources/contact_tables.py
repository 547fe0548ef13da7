"""Contacts as a CSV table: taken over, all of it or nothing, and written out."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.company import Company
from crm_bridge.tables import Contact, ContactNumber, CustomerCompany
from pbx.ids import new_id
from pbx.routing import numbers as routing_numbers
from store.audit import note
from web.api.csv_cells import line_of
from web.api.errors import ConflictError, InvalidError
from web.api.field_sentences import MAX_FAULTS, faults_of
from web.api.model import Given, Shown
from web.api.operation import Ask, Operation
from web.api.resources.contacts import NewContact, documents
from web.api.table_upload import CSV, read_upload

COLUMNS = ("id", "name", "company", "numbers", "language", "responsible", "email", "vip")
MAX_ROWS = 5000  # a few seconds of the database's one writer
PAGE = 500
_YES, _NO = frozenset({"yes", "true", "1", "si", "sí", "x"}), frozenset({"", "no", "false", "0"})


class ContactTable(Given):
    """CSV with the columns ``name``, ``company`` (by name), ``numbers`` (``|`` between them), ``language``,
    ``responsible``, ``email``, ``vip`` (yes or no) and ``id``; all but the first as wanted."""


class ImportedContacts(Shown):
    """``added``: new ones; ``changed``: those whose ``id`` or a number of theirs was known."""

    rows: int
    added: int
    changed: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, checked; ``company``: by its name."""

    id: str | None
    company: str | None
    contact: NewContact


async def import_contacts(ask: Ask) -> ImportedContacts:
    """Take a whole file, or nothing of it and say which lines are wrong."""
    content = await read_upload(ask.request)
    rows = await asyncio.to_thread(_read, content, ask.office.company)
    now = ask.office.now()
    async with ask.office.database.transaction() as session:
        added = await _write(session, rows, now)
        note(session, "imported", "contact", f"{len(rows)}", by=ask.viewer.login, now=now)
    return ImportedContacts(rows=len(rows), added=added, changed=len(rows) - added)


def _read(content: bytes, company: Company) -> list[Row]:
    """The checked lines of a table. Raises InvalidError naming every wrong one."""
    faults: list[dict[str, str]] = []
    rows: list[Row] = []
    try:
        lines = list(_lines(content))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidError("nothing was taken over", faults=[{"field": "file", "message": str(error)[:200]}]) from None
    if len(lines) > MAX_ROWS:
        fault = {"field": "file", "message": f"{len(lines)} lines; allowed: {MAX_ROWS}"}
        raise InvalidError("nothing was taken over", faults=[fault])
    for place, line in lines:
        found = _row(line, company)
        if isinstance(found, Row):
            rows.append(found)
        else:
            faults += [{"field": f"line {place}: {one['field']}", "message": one["message"]} for one in found]
        if len(faults) >= MAX_FAULTS:
            break
    if faults or not rows:
        raise InvalidError(
            "nothing was taken over", faults=faults[:MAX_FAULTS] or [{"field": "file", "message": "it has no lines"}]
        )
    return rows


def _lines(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    text = content.decode("utf-8-sig")
    if "\x00" in text:
        raise csv.Error("it holds the character NUL")
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    unknown = [name for name in reader.fieldnames or () if name.strip().lower() not in COLUMNS]
    if unknown or "name" not in [name.strip().lower() for name in reader.fieldnames or ()]:
        raise csv.Error(f"columns: allowed: {', '.join(COLUMNS)}; name is needed")
    for line in reader:
        if None in line:
            raise csv.Error(f"line {reader.line_num}: more cells than columns")
        yield reader.line_num, {name.strip().lower(): (value or "").strip() for name, value in line.items()}


def _row(line: dict[str, str], company: Company) -> Row | list[dict[str, str]]:
    """The line as a contact, or what is wrong with it."""
    plain = {name: _unescaped(value) for name, value in line.items()}
    vip = plain.get("vip", "").lower()
    if vip not in _YES | _NO:
        return [{"field": "vip", "message": "allowed: yes, no"}]
    written = [one for one in re.split(r"[|;\n]", plain.get("numbers", "")) if one.strip()]
    given: dict[str, object] = {name: plain.get(name) or None for name in ("language", "responsible", "email")}
    given |= {"name": plain["name"], "numbers": [one.strip() for one in written], "vip": vip in _YES}
    try:
        contact = NewContact.model_validate(given)
    except ValidationError as error:
        return faults_of(error)
    if contact.responsible is not None and company.person(contact.responsible) is None:
        return [{"field": "responsible", "message": "there is no such person"}]
    found = [routing_numbers.normalise(number, company.country) for number in contact.numbers]
    wrong = [written for written, number in zip(contact.numbers, found, strict=True) if number is None]
    if wrong:
        return [{"field": "numbers", "message": f"not a telephone number: {wrong[0]}"}]
    kept = list(dict.fromkeys(number for number in found if number is not None))
    firm = plain.get("company") or None
    if firm is not None and len(firm) > 200:
        return [{"field": "company", "message": "allowed: at most 200 characters"}]
    return Row(plain.get("id") or None, firm, contact.model_copy(update={"numbers": kept}))


def _unescaped(value: str) -> str:
    """A cell as it was before it was kept from being taken for a formula (``web.api.csv_cells``)."""
    return value[1:] if value[:1] == "'" and value[1:2] in tuple("=+-@\t\r\n") else value


async def _write(session: AsyncSession, rows: list[Row], now: float) -> int:
    """Write all of them; how many are new. Raises ConflictError for an id that is nobody's."""
    companies: dict[str, str] = {}
    known = await _known(session, rows)
    added = 0
    for row in rows:
        id_ = row.id or next((known[one] for one in row.contact.numbers if one in known), None)
        contact = await session.get(Contact, id_) if id_ is not None else None
        if contact is None and row.id is not None:
            fault = {"field": "id", "message": f"there is no such contact: {row.id}"}
            raise ConflictError("nothing was taken over", faults=[fault])
        if contact is None:
            contact = Contact(id=new_id(), created_at=now)
            session.add(contact)
            added += 1
        values = row.contact.model_dump(exclude={"numbers", "company_id"})
        for name, value in values.items():
            setattr(contact, name, value)
        contact.updated_at = now
        contact.company_id = await _company(session, companies, row.company, now)
        await session.flush()
        await _add_numbers(session, contact.id, row.contact.numbers)
        known.update(dict.fromkeys(row.contact.numbers, contact.id))
    return added


async def _known(session: AsyncSession, rows: list[Row]) -> dict[str, str]:
    """Whose the numbers of the table are already; the oldest contact's where several have one."""
    wanted = sorted({number for row in rows for number in row.contact.numbers})
    known: dict[str, str] = {}
    for start in range(0, len(wanted), PAGE):
        query = select(ContactNumber.number, ContactNumber.contact_id).where(
            ContactNumber.number.in_(wanted[start : start + PAGE])
        )
        for number, id_ in await session.execute(query.order_by(ContactNumber.contact_id)):
            known.setdefault(number, id_)
    return known


async def _company(session: AsyncSession, companies: dict[str, str], name: str | None, now: float) -> str | None:
    if name is None:
        return None
    if name not in companies:
        found = await session.scalar(
            select(CustomerCompany.id).where(CustomerCompany.name == name).order_by(CustomerCompany.id).limit(1)
        )
        if found is None:
            made = CustomerCompany(id=new_id(), name=name, created_at=now, updated_at=now)
            session.add(made)
            await session.flush()
            found = made.id
        companies[name] = found
    return companies[name]


async def _add_numbers(session: AsyncSession, contact_id: str, numbers: list[str]) -> None:
    """The numbers that a contact does not have yet, behind those that it has."""
    query = select(ContactNumber.number).where(ContactNumber.contact_id == contact_id)
    present = list(await session.scalars(query))
    new = [number for number in numbers if number not in present]
    for position, number in enumerate(new, start=len(present)):
        session.add(ContactNumber(contact_id=contact_id, number=number, position=position))
    await session.flush()


async def export_contacts(ask: Ask) -> web.StreamResponse:
    """Every contact, as ``import`` reads it."""
    response = web.StreamResponse(headers={"Content-Type": f"{CSV}; charset=utf-8"})
    response.headers["Content-Disposition"] = 'attachment; filename="contacts.csv"'
    await response.prepare(ask.request)
    await response.write(line_of(COLUMNS))
    after = ""
    while True:
        async with ask.office.database.session() as session:
            query = select(Contact).where(Contact.id > after).order_by(Contact.id).limit(PAGE)
            shown = await documents(session, list(await session.scalars(query)))
        if not shown:
            break
        await response.write(b"".join(map(_line, shown)))
        after = shown[-1]["id"]
    await response.write_eof()
    return response


def _line(shown: dict[str, object]) -> bytes:
    numbers = shown["numbers"]
    assert isinstance(numbers, list)
    plain = {**shown, "numbers": " | ".join(numbers), "vip": "yes" if shown["vip"] else "no"}
    return line_of([plain[name] for name in COLUMNS])


OPERATIONS = (
    Operation("contacts.export", "GET", "/contacts/export", "Every contact as CSV", export_contacts, media=(CSV,)),
    Operation(
        "contacts.import",
        "POST",
        "/contacts/import",
        "Take over a CSV file of contacts, all of it or nothing",
        import_contacts,
        ImportedContacts,
        body=ContactTable,
        body_media=CSV,
        errors=(409,),
    ),
)
