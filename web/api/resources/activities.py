"""Activities: what has happened with a customer. Calls come by themselves, one activity each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.tables import Activity, Contact, Deal, Lead
from pbx.events import Direction, Result
from pbx.ids import new_id
from web.api.model import NO_NUL, Given, GivenTime, Id, Line, LoginName, Prose, QueryNumber, Seconds, Shown, ShownTime
from web.api.operation import Ask
from web.api.resources.kept_recordings import without_deleted
from web.api.resources.records import Change, Document, Records, RecordsAsked, add, document_of

OwnKind = Literal["meeting", "message", "visit", "note", "other"]
Kind = Literal["call", "meeting", "message", "visit", "note", "other"]


class NewActivity(Given):
    """``at``: when it was; now when left out. ``responsible``: who did it; oneself when left out."""

    kind: OwnKind
    at: GivenTime | None = None
    subject: Annotated[str, Field(max_length=200, pattern=NO_NUL)] = ""
    text: Prose = ""
    responsible: LoginName | None = None
    contact_id: Id | None = None
    lead_id: Id | None = None
    deal_id: Id | None = None


class ChangeActivity(Change):
    needed: ClassVar[frozenset[str]] = frozenset({"subject", "text"})

    subject: Line | None = None
    text: Prose | None = None
    responsible: LoginName | None = None
    contact_id: Id | None = None
    lead_id: Id | None = None
    deal_id: Id | None = None


class ActivityShown(Shown):
    id: str
    kind: Kind
    at: ShownTime
    subject: str
    text: str
    direction: Direction | None
    number: str | None
    call_id: str | None
    result: Result | None
    recording_id: str | None
    talk_s: Seconds | None
    responsible: str | None
    contact_id: str | None
    lead_id: str | None
    deal_id: str | None
    created_at: ShownTime
    updated_at: ShownTime


class Activities(Shown):
    items: list[ActivityShown]
    next_cursor: str | None


class ActivitiesAsked(RecordsAsked):
    kind: Kind | None = None
    call_id: Id | None = None
    lead_id: Id | None = None
    deal_id: Id | None = None
    number: QueryNumber | None = None


class ActivityRecords(Records):
    """Activities name recordings, which can be deleted."""

    async def documents(self, session: AsyncSession, rows: Sequence[Any]) -> Sequence[Document]:
        return await without_deleted(session, map(document_of, rows))


RECORDS = ActivityRecords(
    "activities",
    "activity",
    Activity,
    ActivityShown,
    Activities,
    NewActivity,
    ChangeActivity,
    ActivitiesAsked,
    {"contact_id": Contact, "lead_id": Lead, "deal_id": Deal},
    ("subject", "text", "number", "responsible"),
)


async def create(ask: Ask) -> BaseModel:
    now = ask.office.now()
    async with ask.office.database.transaction() as session:
        values = await RECORDS.checked(session, ask, ask.body.model_dump())
        values["at"] = now if values["at"] is None else values["at"]
        values["responsible"] = values["responsible"] or ask.viewer.login
        row = Activity(id=new_id(), created_at=now, updated_at=now, **values)
        await add(session, row)
    return ActivityShown.model_validate(document_of(row))


OPERATIONS = RECORDS.operations(create=create)
