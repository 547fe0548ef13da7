"""The call log, live calls included, and what one reads of a call."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import ConfigDict, Field
from sqlalchemy import func, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Bundle

from crm_bridge.call_document import call_document
from crm_bridge.tables import Call as CallRow
from crm_bridge.tables import CallLink, CallParticipant
from pbx.events import Direction, EndedBy, Result
from pbx.events.calls import CallSupervised
from pbx.events.office import CrmNotified
from pbx.routing import numbers
from store.tables import LoggedEvent
from web.api.encoding import page
from web.api.errors import MissingError
from web.api.freshness import once_logged
from web.api.model import NO_NUL, GivenTime, Id, LoginName, QueryNumber, Seconds, Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.paging import Paged, decode_cursor, encode_cursor, page_by_time
from web.api.permissions import Scope
from web.api.report_calls import Figure, calls_of
from web.api.report_period import DayOrTime, period_between
from web.api.resources.called_contacts import with_called
from web.api.resources.kept_recordings import without_deleted
from web.api.sorted_pages import page_sorted


class Caller(Shown):
    """Who called; for an outbound call ``contact_id`` and ``lead_id`` are those of who was called."""

    number: str | None
    name: str | None
    contact_id: str | None
    lead_id: str | None


class Called(Shown):
    """The contact that an outgoing call was made to."""

    name: str
    company: str | None


class Call(Shown):
    """One caller's journey, transfers included; ``ended_at`` null while it is live.

    ``called``: whom an outgoing call was made to, null where that is no contact.
    """

    id: str
    direction: Direction
    caller: Caller
    called: Called | None
    dialled: str
    queue: str | None
    agent: str | None
    trunk: str | None
    started_at: ShownTime
    answered_at: ShownTime | None
    ended_at: ShownTime | None
    wait_s: Seconds
    talk_s: Seconds
    result: Result | None
    reason: str | None
    ended_by: EndedBy | None
    transfers: int
    rating: int | None
    recording_id: str | None
    campaign: str | None


class Calls(Shown):
    items: list[Call]
    next_cursor: str | None


class CallsAsked(Paged):
    """Filters of the call log; all given ones must hold. ``sort``: the newest first unless given.

    A call that is not over counts as one of 0 seconds in an order by time waited or talked.
    """

    direction: Direction | None = None
    result: Result | None = None
    queue: Annotated[str, Field(max_length=64)] | None = None
    agent: LoginName | None = None
    number: QueryNumber | None = None
    contact_id: Id | None = None
    lead_id: Id | None = None
    live: bool | None = None
    from_: Annotated[GivenTime | None, Field(alias="from")] = None
    to: GivenTime | None = None
    sort: Literal["started_at", "-started_at", "wait_s", "-wait_s", "talk_s", "-talk_s"] = "-started_at"
    figure: Annotated[Figure | None, Field(description="the calls that this figure of a report counts")] = None
    figure_of: Annotated[
        str | None, Field(max_length=129, pattern=NO_NUL, description="of one queue, agent, number, menu, QUEUE/CODE")
    ] = None
    figure_from: Annotated[DayOrTime | None, Field(description="as `from` of the report")] = None
    figure_to: Annotated[DayOrTime | None, Field(description="as `to` of the report")] = None


class CallEvent(Shown):
    """One event: ``type`` says which further fields there are."""

    model_config = ConfigDict(extra="allow")

    id: str
    type: str
    at: ShownTime
    call_id: str | None


class CallEvents(Shown):
    items: list[CallEvent]
    next_cursor: str | None


# As many rows as a page has are read as values: objects that can be changed and saved cost several times as much.
_CALL: Any = Bundle("call", *(getattr(CallRow, column.key) for column in CallRow.__table__.columns))
_LINK: Any = Bundle("link", CallLink.contact_id, CallLink.lead_id)
_LISTED: Any = select(_CALL, _LINK).outerjoin(CallLink, CallLink.call_id == CallRow.id)
_FOUND: Any = select(CallRow, CallLink).outerjoin(CallLink, CallLink.call_id == CallRow.id)


def visible_calls(ask: Ask) -> Any:
    """Calls with their links, as far as this person may see them."""
    return _visible(ask, _FOUND)


def _visible(ask: Ask, query: Any) -> Any:
    if ask.scope is Scope.DEPARTMENT:
        took_part = select(CallParticipant.call_id).where(CallParticipant.login.in_(ask.viewer.department))
        query = query.where(CallRow.id.in_(took_part))
    elif ask.scope is not Scope.ALL:
        query = query.join(CallParticipant, CallParticipant.call_id == CallRow.id).where(
            CallParticipant.login == ask.viewer.login
        )
    return query


def _filtered(ask: Ask) -> Any:
    asked: CallsAsked = ask.query
    query = _visible(ask, _LISTED)
    exact = {
        CallRow.direction: asked.direction,
        CallRow.result: asked.result,
        CallRow.queue: asked.queue,
        CallRow.agent: asked.agent,
        CallRow.contact_id: asked.contact_id,
        CallLink.lead_id: asked.lead_id,
    }
    for column, value in exact.items():
        if value is not None:
            query = query.where(column == value)
    if asked.number is not None:
        number = numbers.normalise(asked.number, ask.office.company.country) or asked.number
        # A union: with OR neither index would be used.
        either = union(
            select(CallRow.id).where(CallRow.caller_number == number),
            select(CallRow.id).where(CallRow.dialled == number),
        )
        query = query.where(CallRow.id.in_(either))
    if asked.figure is not None:
        office = ask.office
        period = period_between(asked.figure_from, asked.figure_to, office.company.time_zone, office.now())
        query = query.where(CallRow.id.in_(calls_of(asked.figure, asked.figure_of, period)))
    if asked.live is not None:
        query = query.where(CallRow.ended_at.is_(None) if asked.live else CallRow.ended_at.is_not(None))
    if asked.from_ is not None:
        query = query.where(CallRow.started_at >= asked.from_)
    if asked.to is not None:
        query = query.where(CallRow.started_at < asked.to)
    return query


def _order(ask: Ask) -> tuple[Any, Any]:
    """Newest first by the index that also finds the rows: of all calls, or of one person's."""
    if ask.scope in (Scope.ALL, Scope.DEPARTMENT):
        return CallRow.started_at, CallRow.id
    return CallParticipant.started_at, CallParticipant.call_id


async def _page(ask: Ask, session: AsyncSession) -> tuple[list[Any], str | None]:
    asked: CallsAsked = ask.query
    at, id_ = _order(ask)
    if asked.sort == "-started_at":
        return await page_by_time(session, _filtered(ask), at, id_, asked)
    keys = {
        "started_at": at,
        "wait_s": func.coalesce(CallRow.wait_s, 0.0),
        "talk_s": func.coalesce(CallRow.talk_s, 0.0),
    }
    key, is_falling = keys[asked.sort.removeprefix("-")], asked.sort.startswith("-")
    return await page_sorted(session, _filtered(ask), key, id_, asked, is_falling=is_falling)


async def list_calls(ask: Ask) -> web.Response:
    now = ask.office.now()
    async with ask.office.database.session() as session:
        rows, cursor = await _page(ask, session)
        items = await with_called(
            session, await without_deleted(session, (call_document(row[0], row[1], now) for row in rows))
        )
    return page(items, cursor)


async def the_call(ask: Ask) -> tuple[CallRow, CallLink | None]:
    """The call of the path. Raises MissingError when there is none that this person may see."""
    call_id = ask.path("call_id")

    async def look() -> tuple[CallRow, CallLink | None] | None:
        async with ask.office.database.session() as session:
            row = (await session.execute(visible_calls(ask).where(CallRow.id == call_id))).first()
        return None if row is None else (row[0], row[1])

    found = await once_logged(ask, call_id, look)
    if found is None:
        raise MissingError("there is no such call")
    return found


async def read_call(ask: Ask) -> Call:
    call, link = await the_call(ask)
    async with ask.office.database.session() as session:
        documents = await without_deleted(session, [call_document(call, link, ask.office.now())])
        (document,) = await with_called(session, documents)
    return Call.model_validate(document)


async def list_events(ask: Ask) -> CallEvents:
    call, _ = await the_call(ask)
    # What a rule tells somebody is for nobody else who took part in the call, and who is listened to is not told here.
    untold = [CrmNotified.type] if ask.viewer.sees_all else [CrmNotified.type, CallSupervised.type]
    query = select(LoggedEvent).where(LoggedEvent.call_id == call.id, LoggedEvent.type.not_in(untold))
    if ask.query.cursor is not None:
        (last,) = decode_cursor(ask.query.cursor, (int,))
        query = query.where(LoggedEvent.seq < last)
    async with ask.office.database.session() as session:
        rows = list(await session.scalars(query.order_by(LoggedEvent.seq.desc()).limit(ask.query.limit + 1)))
    more = len(rows) > ask.query.limit
    rows = rows[: ask.query.limit]
    cursor = encode_cursor(rows[-1].seq) if more else None
    return CallEvents.model_validate({"items": [row.body for row in rows], "next_cursor": cursor})


OPERATIONS = (
    Operation("calls.list", "GET", "/calls", "The call log, live calls included", list_calls, Calls, query=CallsAsked),
    Operation("calls.read", "GET", "/calls/{call_id}", "One call", read_call, Call, errors=(404,)),
    Operation(
        "calls.events",
        "GET",
        "/calls/{call_id}/events",
        "What happened in a call",
        list_events,
        CallEvents,
        query=Paged,
        errors=(404,),
    ),
)
