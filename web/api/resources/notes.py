"""Notes on a call."""

from __future__ import annotations

from sqlalchemy import select

from crm_bridge.tables import Note as NoteRow
from pbx.ids import new_id
from web.api.errors import MissingError
from web.api.model import Given, Prose, Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.paging import Paged, page_by_id
from web.api.resources.calls import the_call


class NewNote(Given):
    text: Prose


class Note(Shown):
    id: str
    call_id: str
    text: str
    author: str
    created_at: ShownTime


class Notes(Shown):
    items: list[Note]
    next_cursor: str | None


def _document(row: NoteRow) -> dict[str, object]:
    return {
        "id": row.id,
        "call_id": row.call_id,
        "text": row.text,
        "author": row.author,
        "created_at": row.created_at,
    }


async def list_notes(ask: Ask) -> Notes:
    call, _ = await the_call(ask)
    query = select(NoteRow).where(NoteRow.call_id == call.id)
    async with ask.office.database.session() as session:
        rows, cursor = await page_by_id(session, query, NoteRow.id, ask.query)
    return Notes.model_validate({"items": [_document(row) for (row,) in rows], "next_cursor": cursor})


async def add_note(ask: Ask) -> Note:
    call, _ = await the_call(ask)
    row = NoteRow(
        id=new_id(), call_id=call.id, text=ask.body.text, author=ask.viewer.login, created_at=ask.office.now()
    )
    async with ask.office.database.transaction() as session:
        session.add(row)
    return Note.model_validate(_document(row))


async def change_note(ask: Ask) -> Note:
    call, _ = await the_call(ask)
    async with ask.office.database.transaction() as session:
        row = await session.get(NoteRow, ask.path("note_id"))
        if row is None or row.call_id != call.id or row.author != ask.viewer.login:
            raise MissingError("there is no such note of yours")
        row.text = ask.body.text
        return Note.model_validate(_document(row))


OPERATIONS = (
    Operation(
        "calls.notes", "GET", "/calls/{call_id}/notes", "Notes on a call", list_notes, Notes, query=Paged, errors=(404,)
    ),
    Operation(
        "calls.add_note",
        "POST",
        "/calls/{call_id}/notes",
        "Write a note on a call",
        add_note,
        Note,
        status=201,
        body=NewNote,
        errors=(404,),
    ),
    Operation(
        "calls.change_note",
        "PATCH",
        "/calls/{call_id}/notes/{note_id}",
        "Write a note of one's own anew",
        change_note,
        Note,
        body=NewNote,
        errors=(404,),
    ),
)
