"""What people call that which an entry of the audit log is about, where its name is an id or a login."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.company import Company
from crm_bridge.tables import Call, Contact
from recordings.tables import Recording
from store.configuration import KINDS, SINGLE, PartVersion, part_versions
from store.tables import AuditEntry

Part = tuple[str, str]
OF_A_CALL = ("call", "place")
NUMBER = re.compile(r"\+?[0-9]+")


async def newest_of(session: AsyncSession, entries: Sequence[AuditEntry]) -> dict[Part, PartVersion]:
    """The newest version of every part of the company that ``entries`` are about, by kind and name."""
    parts = {(entry.kind, entry.name) for entry in entries if entry.kind in KINDS or entry.kind in SINGLE}
    found: dict[Part, PartVersion] = {}
    for kind, name in sorted(parts):
        for version in await part_versions(session, kind, name, limit=1):
            found[kind, name] = version
    return found


async def titles_of(
    session: AsyncSession, company: Company, entries: Sequence[AuditEntry], newest: Mapping[Part, PartVersion]
) -> dict[str, str]:
    """By the entry's id; empty where it has only its name, or nobody knows any more."""
    names = {entry.name for entry in entries}
    people = await _people(session, names)
    calls = await _calls(session, entries)
    boxes = {person.extension: person.name for person in company.people}
    boxes |= {box.box: box.title for box in company.voicemail_boxes if box.title}

    def title(entry: AuditEntry) -> str:
        part = newest.get((entry.kind, entry.name))
        if part is not None:
            named = part.body.get("name") if part.kind in ("person", "room") else ""
            return str(part.body.get("title") or named or "")
        match entry.kind:
            case "greeting":
                return boxes.get(entry.name, "")
            case "wrap_up":
                person = company.person(entry.name)
                return person.name if person is not None else ""
            case "callback" | "place" if "number" in entry.detail:
                return str(entry.detail["number"])
            case "contact":
                return people.get(entry.name, "")
            case "recording" | "voicemail" if entry.action == "erased":
                return people.get(entry.name, entry.name if NUMBER.fullmatch(entry.name) else "")
            case _:
                return calls.get(entry.id, "")

    return {entry.id: title(entry) for entry in entries}


async def _people(session: AsyncSession, ids: set[str]) -> dict[str, str]:
    """The names of customers, by id."""
    rows = await session.execute(select(Contact.id, Contact.name).where(Contact.id.in_(ids)))
    return {row.id: row.name for row in rows}


async def _calls(session: AsyncSession, entries: Sequence[AuditEntry]) -> dict[str, str]:
    """Who was outside in the call that an entry is about, or that a recording is of, by the entry's id."""
    of = {entry.id: entry.name for entry in entries if entry.kind in OF_A_CALL}
    recorded = {entry.name for entry in entries if entry.kind == "recording"}
    rows = await session.execute(select(Recording.id, Recording.call_id).where(Recording.id.in_(recorded)))
    known = {id_: call_id for id_, call_id in rows if call_id is not None}
    of |= {entry.id: known[entry.name] for entry in entries if entry.kind == "recording" and entry.name in known}
    calls = {call.id: call for call in await session.scalars(select(Call).where(Call.id.in_(set(of.values()))))}
    contacts = await _people(session, {call.contact_id for call in calls.values() if call.contact_id is not None})

    def outside(call: Call) -> str:
        number = call.dialled if call.direction == "outbound" else call.caller_name or call.caller_number
        return contacts.get(call.contact_id or "") or number or ""

    return {entry_id: outside(calls[call_id]) for entry_id, call_id in of.items() if call_id in calls}
