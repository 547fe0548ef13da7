"""What a call came to, and what its queue gives agents for it: the script to read, the codes to choose from."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from config.company import Queue as QueueSettings
from crm_bridge.dispositions import dispose
from crm_bridge.tables import CallDisposition
from web.api.errors import ConflictError, InvalidError, MissingError
from web.api.model import NO_NUL, Given, Line, Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.permissions import Scope
from web.api.resources.calls import the_call

MAX_NOTE = 2_000


class Choice(Shown):
    """``title``: by language."""

    code: str
    title: dict[str, str]
    needs_note: bool


class Desk(Shown):
    """What an agent of the queue works with; ``script``: by language, paragraphs and lines that begin with ``-``."""

    queue: str
    title: str
    wrap_up_s: int
    script: dict[str, str]
    dispositions: list[Choice]


class Chosen(Given):
    """``code``: one of the queue's; ``note``: said why, where the code asks for it."""

    code: Line
    note: Annotated[str, Field(max_length=MAX_NOTE, pattern=NO_NUL)] | None = None


class Disposition(Shown):
    call_id: str
    queue: str
    code: str
    note: str | None
    author: str
    at: ShownTime


def _document(row: CallDisposition) -> Disposition:
    return Disposition.model_validate(
        {
            "call_id": row.call_id,
            "queue": row.queue,
            "code": row.code,
            "note": row.note,
            "author": row.author,
            "at": row.at,
        }
    )


def _queue(ask: Ask, name: str | None) -> QueueSettings:
    queue = ask.office.company.queue(name or "")
    if queue is None:
        raise ConflictError("only calls of a queue have a disposition")
    return queue


async def read_desk(ask: Ask) -> Desk:
    name = ask.path("name")
    queue = ask.office.company.queue(name)
    if queue is None or (ask.scope is not Scope.ALL and name not in ask.viewer.queues):
        raise MissingError("there is no such queue")
    choices = [Choice(code=one.code, title=dict(one.title), needs_note=one.needs_note) for one in queue.dispositions]
    return Desk(
        queue=name, title=queue.title, wrap_up_s=queue.wrap_up_s, script=dict(queue.script), dispositions=choices
    )


async def read_disposition(ask: Ask) -> Disposition:
    call, _ = await the_call(ask)
    async with ask.office.database.session() as session:
        row = await session.get(CallDisposition, call.id)
    if row is None:
        raise MissingError("nobody has said what this call came to")
    return _document(row)


async def write_disposition(ask: Ask) -> Disposition:
    call, _ = await the_call(ask)
    queue = _queue(ask, call.queue)
    chosen = next((one for one in queue.dispositions if one.code == ask.body.code), None)
    if chosen is None:
        allowed = ", ".join(one.code for one in queue.dispositions) or "none is defined"
        raise InvalidError("the body is wrong", faults=[{"field": "code", "message": f"allowed: {allowed}"}])
    note = (ask.body.note or "").strip() or None
    if chosen.needs_note and note is None:
        raise InvalidError("the body is wrong", faults=[{"field": "note", "message": "this code needs a note"}])
    async with ask.office.database.transaction() as session:
        row = await dispose(session, call.id, queue.name, chosen.code, note, by=ask.viewer.login, now=ask.office.now())
        return _document(row)


OPERATIONS = (
    Operation(
        "queues.desk", "GET", "/queues/{name}/desk", "What agents of a queue work with", read_desk, Desk, errors=(404,)
    ),
    Operation(
        "calls.disposition",
        "GET",
        "/calls/{call_id}/disposition",
        "What a call came to",
        read_disposition,
        Disposition,
        errors=(404,),
    ),
    Operation(
        "calls.dispose",
        "PUT",
        "/calls/{call_id}/disposition",
        "Say what a call came to",
        write_disposition,
        Disposition,
        body=Chosen,
        errors=(404, 409),
    ),
)
