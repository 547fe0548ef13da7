"""Leads: who might become a customer. Most come from calls by themselves."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel
from sqlalchemy import select

from crm_bridge.errors import OpenLeadExistsError
from crm_bridge.leads import add_lead
from crm_bridge.tables import Contact, Lead
from pbx.ids import new_id
from web.api.errors import ConflictError
from web.api.model import Given, Id, Line, LoginName, QueryNumber, Shown, ShownTime, WrittenNumber
from web.api.operation import Ask
from web.api.paging import page_by_id
from web.api.resources.numbers import normal, sought
from web.api.resources.records import Change, Records, RecordsAsked, document_of

Status = Literal["new", "in_progress", "converted", "lost"]


class NewLead(Given):
    """``source``: the number that was dialled, or left out."""

    number: WrittenNumber
    name: Line | None = None
    source: WrittenNumber | None = None
    responsible: LoginName | None = None
    status: Status = "new"
    contact_id: Id | None = None


class ChangeLead(Change):
    needed: ClassVar[frozenset[str]] = frozenset({"status"})

    name: Line | None = None
    responsible: LoginName | None = None
    status: Status | None = None
    contact_id: Id | None = None


class LeadShown(Shown):
    """``repeat``: a known customer who called with nothing open."""

    id: str
    number: str | None
    name: str | None
    source: str | None
    responsible: str | None
    status: Status
    repeat: bool
    contact_id: str | None
    call_id: str | None
    created_at: ShownTime
    updated_at: ShownTime


class Leads(Shown):
    items: list[LeadShown]
    next_cursor: str | None


class LeadsAsked(RecordsAsked):
    number: QueryNumber | None = None
    source: QueryNumber | None = None
    status: Status | None = None
    repeat: bool | None = None
    call_id: Id | None = None


RECORDS = Records("leads", "lead", Lead, LeadShown, Leads, NewLead, ChangeLead, LeadsAsked, {"contact_id": Contact})


async def list_leads(ask: Ask) -> BaseModel:
    filters = ask.query.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
    for name in ("number", "source"):
        if name in filters:
            filters[name] = sought(ask, filters[name])
    query = select(Lead).where(*(getattr(Lead, name) == value for name, value in filters.items()))
    async with ask.office.database.session() as session:
        rows, cursor = await page_by_id(session, query, Lead.id, ask.query)
    return Leads.model_validate({"items": [document_of(row) for (row,) in rows], "next_cursor": cursor})


async def create(ask: Ask) -> BaseModel:
    now = ask.office.now()
    async with ask.office.database.transaction() as session:
        values = await RECORDS.checked(session, ask, ask.body.model_dump())
        values["number"] = normal(ask, values["number"], "number")
        if values["source"] is not None:
            values["source"] = normal(ask, values["source"], "source")
        row = Lead(
            id=new_id(), created_at=now, updated_at=now, repeat=values["contact_id"] is not None, call_id=None, **values
        )
        try:
            await add_lead(session, row)
        except OpenLeadExistsError as error:
            raise ConflictError(str(error)) from None
    return LeadShown.model_validate(document_of(row))


OPERATIONS = RECORDS.operations(list_=list_leads, create=create)
