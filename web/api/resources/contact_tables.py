"""Contacts as a CSV table: taken over, all of it or nothing, and written out."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import Iterator
from typing import Literal

from aiohttp import web
from pydantic import ValidationError
from sqlalchemy import select

from config.company import Company
from crm_bridge.tables import Contact
from pbx.routing import numbers as routing_numbers
from store.audit import note
from web.api.csv_cells import line_of, text_of
from web.api.errors import InvalidError
from web.api.field_sentences import MAX_FAULTS, faults_of
from web.api.model import Asked, Given, Shown
from web.api.operation import Ask, Operation
from web.api.resources.contact_table_rows import PAGE, Row, planned, write
from web.api.resources.contacts import NewContact, documents
from web.api.table_upload import CSV, read_upload

COLUMNS = ("id", "name", "company", "numbers", "language", "responsible", "email", "vip")
MAX_ROWS = 20_000
AT_ONCE = 10  # lines, some milliseconds
_YES, _NO = frozenset({"yes", "true", "1", "si", "sí", "x"}), frozenset({"", "no", "false", "0"})


class ContactTable(Given):
    """CSV with the columns ``name``, ``company`` (by name), ``numbers`` (``|`` between them), ``language``,
    ``responsible``, ``email``, ``vip`` (yes or no) and ``id``; all but the first as wanted.

    Of contacts that are known, what has no column stays as it is."""


class ImportedContacts(Shown):
    """``added``: new ones; ``changed``: those whose ``id`` or a number of theirs was known."""

    rows: int
    added: int
    changed: int


class ImportAsked(Asked):
    """``check``: say what would happen, and what is wrong, without writing anything."""

    check: Literal["true", "false"] = "false"


async def import_contacts(ask: Ask) -> ImportedContacts:
    """Take a whole file, or nothing of it and say which lines are wrong."""
    content = await read_upload(ask.request)
    rows = await _read(content, ask.office.company)
    now = ask.office.now()
    if ask.query.check == "true":
        async with ask.office.database.session() as session:
            plan = await planned(session, rows)
    else:
        async with ask.office.database.transaction() as session:
            plan = await planned(session, rows)
            await write(session, plan, now)
            detail = {"rows": len(rows)}
            note(session, "imported", "contact", f"{len(rows)}", by=ask.viewer.login, now=now, detail=detail)
    added = sum(one.is_new for one in plan.values())
    return ImportedContacts(rows=len(rows), added=added, changed=len(rows) - added)


async def _read(content: bytes, company: Company) -> list[Row]:
    """The checked lines of a table, a few at a time, so that others get a turn between them.

    A thread of pure Python would hold them up longer: by a switch of the interpreter at every step of theirs.

    Raises InvalidError naming every wrong line.
    """
    faults: list[dict[str, str]] = []
    rows: list[Row] = []
    read = 0
    try:
        for place, line in _lines(content):
            read += 1
            if read > MAX_ROWS:
                raise csv.Error(f"more than {MAX_ROWS} lines")
            found = _row(line, company)
            if isinstance(found, Row):
                rows.append(found)
            elif len(faults) < MAX_FAULTS:
                faults += [{"field": f"line {place}: {one['field']}", "message": one["message"]} for one in found]
            if read % AT_ONCE == 0:
                await asyncio.sleep(0)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidError("nothing was taken over", faults=[{"field": "file", "message": str(error)[:200]}]) from None
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
    plain = {name: text_of(value) for name, value in line.items()}
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
    return Row(plain.get("id") or None, firm, contact.model_copy(update={"numbers": kept}), frozenset(line))


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
        query=ImportAsked,
        body=ContactTable,
        body_media=CSV,
        errors=(409,),
    ),
)
