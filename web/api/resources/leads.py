"""Leads: who might become a customer. Most come from calls by themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import BaseModel
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.errors import OpenLeadExistsError
from crm_bridge.leads import add_lead, link_call
from crm_bridge.tables import Call, Contact, Deal, Lead
from pbx.ids import new_id
from web.api.errors import ConflictError
from web.api.model import Given, Id, Line, LoginName, QueryNumber, Shown, ShownTime, WrittenNumber
from web.api.operation import Ask
from web.api.paging import page_by_id
from web.api.permissions import Scope, scope_of
from web.api.resources.calls import visible_calls
from web.api.resources.lead_conversion import ONLY_A_DEAL
from web.api.resources.lead_conversion import OPERATIONS as CONVERSIONS
from web.api.resources.numbers import normal, sought
from web.api.resources.records import Change, Records, RecordsAsked, document_of

Status = Literal["new", "in_progress", "converted", "lost"]


class NewLead(Given):
    """``source``: the number that was dialled, or left out. ``call_id``: the call that it came of, which belongs to it
    from then on; the call says who is responsible and what was dialled where the body does not."""

    number: WrittenNumber
    name: Line | None = None
    source: WrittenNumber | None = None
    responsible: LoginName | None = None
    status: Status = "new"
    contact_id: Id | None = None
    call_id: Id | None = None


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


RECORDS = Records(
    "leads",
    "lead",
    Lead,
    LeadShown,
    Leads,
    NewLead,
    ChangeLead,
    LeadsAsked,
    {"contact_id": Contact},
    ("number", "name", "source", "responsible"),
)


async def list_leads(ask: Ask) -> BaseModel:
    filters = ask.query.model_dump(exclude={"limit", "cursor", "q"}, exclude_none=True)
    for name in ("number", "source"):
        if name in filters:
            filters[name] = sought(ask, filters[name])
    query = select(Lead).where(*(getattr(Lead, name) == value for name, value in filters.items()))
    query = query.where(*RECORDS.containing(ask.query.q))
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
        call = await _call(ask, session, values["call_id"]) if values["call_id"] is not None else None
        if call is not None:
            values["source"] = values["source"] or (call.dialled if call.direction == "inbound" else None)
            values["responsible"] = values["responsible"] or call.agent or ask.viewer.login
        row = Lead(id=new_id(), created_at=now, updated_at=now, repeat=values["contact_id"] is not None, **values)
        try:
            await add_lead(session, row)
        except OpenLeadExistsError as error:
            raise ConflictError(str(error)) from None
        if call is not None:
            await link_call(session, call.id, row)
    return LeadShown.model_validate(document_of(row))


async def _call(ask: Ask, session: AsyncSession, call_id: str) -> Call:
    """The call that a lead came of, if this person may see it. Raises ConflictError."""
    seen = replace(ask, scope=scope_of("calls.read", ask.viewer.role, ask.office.company.roles))
    row = (await session.execute(visible_calls(seen).where(Call.id == call_id))).first()
    if row is None or seen.scope is Scope.NONE:
        fault = {"field": "call_id", "message": "there is no such record"}
        raise ConflictError("the body refers to what does not exist", faults=[fault])
    call: Call = row[0]
    return call


async def update(ask: Ask) -> BaseModel:
    """A repeat lead is only converted by becoming a deal (``leads.convert``)."""
    if ask.body.status == "converted":
        async with ask.office.database.session() as session:
            row = await RECORDS.row(session, ask)
            has_deal = await session.scalar(select(exists().where(Deal.lead_id == row.id)))
        if row.repeat and not has_deal:
            raise ConflictError(f"{ONLY_A_DEAL}: POST /leads/{row.id}/convert")
    return await RECORDS.update(ask)


OPERATIONS = (*RECORDS.operations(list_=list_leads, create=create, update=update), *CONVERSIONS)
