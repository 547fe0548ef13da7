"""The audit log: who changed what, and taking a change back."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select

from store.audit import Action, Kind, changes_of
from store.configuration import SINGLE, delete_part, part_versions, restore_part
from store.tables import AuditEntry
from web.api.audit_titles import newest_of, titles_of
from web.api.errors import ConflictError, MissingError
from web.api.model import Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.paging import Paged, page_by_id
from web.api.resources.part_changes import allowed, changed, editing

Word = Annotated[str, Field(max_length=128)]


class AuditAsked(Paged):
    """All given filters must hold."""

    by: Annotated[str, Field(max_length=64)] | None = None
    kind: Annotated[str, Field(max_length=32)] | None = None
    name: Word | None = None


class FieldChange(Shown):
    field: str
    before: Any
    after: Any


class Entry(Shown):
    """``title``: what people call the part by now, or whom it is about where ``name`` is an id; empty where there is
    only the name, or nobody knows. ``version``: the one that the change has made; ``can_undo``: nothing has changed
    the same part since."""

    id: str
    at: ShownTime
    by: str | None
    action: Action
    kind: Kind
    name: str
    title: str
    version: int | None
    detail: dict[str, Any]
    changes: list[FieldChange]
    can_undo: bool


class Audit(Shown):
    items: list[Entry]
    next_cursor: str | None


async def list_entries(ask: Ask) -> Audit:
    query = select(AuditEntry)
    for name in ("by", "kind", "name"):
        if getattr(ask.query, name) is not None:
            query = query.where(getattr(AuditEntry, name) == getattr(ask.query, name))
    async with ask.office.database.session() as session:
        rows, cursor = await page_by_id(session, query, AuditEntry.id, ask.query)
        entries = [row for (row,) in rows]
        changes = await changes_of(session, entries)
        newest = await newest_of(session, entries)
        titles = await titles_of(session, ask.office.company, entries, newest)
    fields = tuple(name for name in Entry.model_fields if name not in ("title", "changes", "can_undo"))
    items = [
        {
            **{name: getattr(entry, name) for name in fields},
            "title": titles[entry.id],
            "changes": [
                {"field": one.field, "before": one.before, "after": one.after} for one in changes.get(entry.id, ())
            ],
            "can_undo": entry.version is not None
            and newest[entry.kind, entry.name].version == entry.version
            and not (entry.kind in SINGLE and entry.version == 1),
        }
        for entry in entries
    ]
    return Audit.model_validate({"items": items, "next_cursor": cursor})


async def undo(ask: Ask) -> None:
    """Bring back what the part was before the change; that is a change too. Raises ConflictError."""
    async with ask.office.database.session() as session:
        entry = await session.get(AuditEntry, ask.path("id"))
        if entry is None:
            raise MissingError("there is no such entry")
        if entry.version is None:
            raise ConflictError("this cannot be undone: what was there before is not kept")
        before = {one.version: one for one in await part_versions(session, entry.kind, entry.name, limit=10_000)}
    old = before.get(entry.version - 1)
    is_new = old is None or (old.is_deleted and entry.action == "created")
    await allowed(ask, entry.kind, entry.name, None if is_new or old is None else old.body)
    by, now = ask.viewer.login, ask.office.now()
    async with editing(ask) as session:
        if is_new:
            await delete_part(session, entry.kind, entry.name, by=by, now=now, expected=entry.version)
        else:
            await restore_part(
                session, entry.kind, entry.name, entry.version - 1, by=by, now=now, expected=entry.version
            )
    await changed(ask, entry.kind, entry.name)


OPERATIONS = (
    Operation("audit.list", "GET", "/audit", "Who changed what", list_entries, Audit, query=AuditAsked),
    Operation("audit.undo", "POST", "/audit/{id}/undo", "Take a change back", undo, errors=(409,)),
)
