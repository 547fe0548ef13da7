"""Tasks: what is to be done for a customer."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel

from crm_bridge.tables import Call, Contact, Deal, Lead, Task
from pbx.ids import new_id
from web.api.model import Given, GivenTime, Id, Line, LoginName, Prose, Shown, ShownTime
from web.api.operation import Ask
from web.api.resources.records import Change, Records, RecordsAsked, add, document_of

Status = Literal["open", "done"]


class NewTask(Given):
    """``responsible``: who is to do it; oneself when left out."""

    title: Line
    text: Prose = ""
    status: Status = "open"
    due_at: GivenTime | None = None
    responsible: LoginName | None = None
    contact_id: Id | None = None
    lead_id: Id | None = None
    deal_id: Id | None = None
    call_id: Id | None = None


class ChangeTask(Change):
    needed: ClassVar[frozenset[str]] = frozenset({"title", "text", "status"})

    title: Line | None = None
    text: Prose | None = None
    status: Status | None = None
    due_at: GivenTime | None = None
    responsible: LoginName | None = None
    contact_id: Id | None = None
    lead_id: Id | None = None
    deal_id: Id | None = None
    call_id: Id | None = None


class TaskShown(Shown):
    id: str
    title: str
    text: str
    status: Status
    due_at: ShownTime | None
    responsible: str | None
    contact_id: str | None
    lead_id: str | None
    deal_id: str | None
    call_id: str | None
    created_by: str | None
    created_at: ShownTime
    updated_at: ShownTime


class Tasks(Shown):
    items: list[TaskShown]
    next_cursor: str | None


class TasksAsked(RecordsAsked):
    status: Status | None = None
    lead_id: Id | None = None
    deal_id: Id | None = None
    call_id: Id | None = None


RECORDS = Records(
    "tasks",
    "task",
    Task,
    TaskShown,
    Tasks,
    NewTask,
    ChangeTask,
    TasksAsked,
    {"contact_id": Contact, "lead_id": Lead, "deal_id": Deal, "call_id": Call},
    ("title", "text", "responsible"),
)


async def create(ask: Ask) -> BaseModel:
    now, login = ask.office.now(), ask.viewer.login
    async with ask.office.database.transaction() as session:
        values = await RECORDS.checked(session, ask, ask.body.model_dump())
        values["responsible"] = values["responsible"] or login
        row = Task(id=new_id(), created_by=login, created_at=now, updated_at=now, **values)
        await add(session, row)
    return TaskShown.model_validate(document_of(row))


OPERATIONS = RECORDS.operations(create=create)
