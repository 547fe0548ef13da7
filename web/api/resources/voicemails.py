"""Messages in voicemail boxes: one's own box, or all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.lookup import contacts_of
from recordings.catalogue import mark_read, page_of_voicemails, voicemail
from recordings.removal import remove_voicemail, removed_voicemail, restore_voicemail
from recordings.tables import Voicemail as VoicemailRow
from web.api.errors import MissingError
from web.api.model import Given, Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.paging import Paged, decode_cursor, encode_cursor
from web.api.resources.audio import OGG, WAV, audio, complete


class Voicemail(Shown):
    """``caller_name`` and ``contact_id``: the customer who has the caller's number, null when nobody has."""

    id: str
    box: str
    call_id: str | None
    caller_number: str | None
    caller_name: str | None
    contact_id: str | None
    state: Literal["recording", "finishing", "ready", "failed"]
    received_at: ShownTime
    duration_s: float
    is_read: bool
    transcript: str | None


class Voicemails(Shown):
    items: list[Voicemail]
    next_cursor: str | None


class VoicemailsAsked(Paged):
    box: Annotated[str, Field(pattern=r"^[0-9]{2,6}$")] | None = None
    is_read: bool | None = None


class ChangeVoicemail(Given):
    is_read: bool


_CALLER = {"caller_name", "contact_id"}
_STORED = Voicemail.model_fields.keys() - _CALLER


async def _documents(session: AsyncSession, rows: Sequence[VoicemailRow]) -> list[dict[str, Any]]:
    known = await contacts_of(session, [row.caller_number for row in rows if row.caller_number])
    documents = []
    for row in rows:
        id_, name = known.get(row.caller_number or "", (None, None))
        stored = {field: getattr(row, field) for field in _STORED}
        documents.append({**stored, "caller_name": name, "contact_id": id_})
    return documents


def _boxes(ask: Ask) -> frozenset[str]:
    return ask.office.boxes_of(ask.logins or ()) | {ask.viewer.extension}


async def list_voicemails(ask: Ask) -> Voicemails:
    asked: VoicemailsAsked = ask.query
    boxes = None if ask.logins is None else sorted(_boxes(ask))
    if asked.box is not None:
        boxes = [asked.box] if boxes is None or asked.box in boxes else []
    before = None
    if asked.cursor is not None:
        at, id_ = decode_cursor(asked.cursor, (float, str))
        before = (at, id_)
    async with ask.office.database.session() as session:
        rows = await page_of_voicemails(session, boxes, asked.limit + 1, before, asked.is_read)
        more = len(rows) > asked.limit
        rows = rows[: asked.limit]
        documents = await _documents(session, rows)
    cursor = encode_cursor(float(rows[-1].received_at), rows[-1].id) if more else None
    return Voicemails.model_validate({"items": documents, "next_cursor": cursor})


def _reaches(ask: Ask, row: VoicemailRow) -> bool:
    return ask.logins is None or row.box in _boxes(ask)


async def _the_voicemail(ask: Ask) -> VoicemailRow:
    async with ask.office.database.session() as session:
        row = await voicemail(session, ask.path("id"))
    if row is None or not _reaches(ask, row):
        raise MissingError("there is no such message")
    return row


async def sound(ask: Ask) -> web.StreamResponse:
    return await audio(ask, await complete(lambda: _the_voicemail(ask)))


async def change(ask: Ask) -> Voicemail:
    row = await _the_voicemail(ask)
    async with ask.office.database.transaction() as session:
        await mark_read(session, row.id, ask.body.is_read, ask.office.now())
        (document,) = await _documents(session, [row])
    await ask.office.mailbox_changed(row.box)
    return Voicemail.model_validate(document | {"is_read": ask.body.is_read})


async def remove(ask: Ask) -> None:
    row = await _the_voicemail(ask)
    office = ask.office
    await remove_voicemail(office.database, office.archive, row.id, by=ask.viewer.login, now=office.now())
    await office.mailbox_changed(row.box)


async def restore(ask: Ask) -> None:
    """Undo a removal, a minute long."""
    office = ask.office
    row = await removed_voicemail(office.database, ask.path("id"), office.now())
    if row is not None and _reaches(ask, row):
        row = await restore_voicemail(office.database, office.archive, row.id, office.now())
    else:
        row = None
    if row is None:
        raise MissingError("there is no such message")
    await office.mailbox_changed(row.box)


OPERATIONS = (
    Operation("voicemails.list", "GET", "/voicemails", "Messages", list_voicemails, Voicemails, query=VoicemailsAsked),
    Operation(
        "voicemails.audio",
        "GET",
        "/voicemails/{id}/audio",
        "The sound of a message",
        sound,
        media=(WAV, OGG),
        errors=(406, 409, 503),
        has_ranges=True,
    ),
    Operation(
        "voicemails.change",
        "PATCH",
        "/voicemails/{id}",
        "Mark a message as heard",
        change,
        Voicemail,
        body=ChangeVoicemail,
    ),
    Operation(
        "voicemails.delete",
        "DELETE",
        "/voicemails/{id}",
        "Remove a message; a minute later it is deleted for good",
        remove,
    ),
    Operation(
        "voicemails.restore",
        "POST",
        "/voicemails/{id}/restore",
        "Bring back a message that was removed within the last minute",
        restore,
    ),
)
