"""The right to be forgotten: everything that was recorded of somebody, erased for good; and what nothing erases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Self

from pydantic import Field, model_validator
from sqlalchemy import ColumnElement, func, or_, select

from crm_bridge.tables import Call, Contact, ContactNumber
from recordings.erasure import BATCH, erase_recordings, erase_voicemails
from recordings.tables import DELETED, Recording, Voicemail
from store.audit import Action, note
from web.api.errors import InvalidError, MissingError
from web.api.model import Given, Id, Shown, WrittenNumber
from web.api.operation import Ask, Operation
from web.api.resources.numbers import normal
from web.api.resources.recordings import Recording as RecordingShown
from web.api.resources.recordings import document_of, the_recording

MAX_AT_ONCE = 2000
Erase = Callable[..., Awaitable[int]]


class ToErase(Given):
    """Whose: a ``number``, or a contact with all of its numbers. ``preview``: only say how much there is."""

    number: WrittenNumber | None = None
    contact_id: Id | None = None
    voicemails: bool = True
    preview: bool = False

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.number is None) == (self.contact_id is None):
            raise ValueError("allowed: either a number or a contact_id")
        return self


class Erased(Shown):
    """``held``: recordings that stay because somebody holds them. ``left``: so much that another request is needed."""

    recordings: int
    voicemails: int
    held: int
    left: int


class HoldRecording(Given):
    """``note``: why, for the audit log."""

    on: bool
    note: str = Field(default="", max_length=500, pattern=r"^[^\x00]*$")


async def _numbers(ask: Ask) -> list[str]:
    """The numbers that are meant. Raises InvalidError, MissingError."""
    own = {number.number for number in ask.office.company.numbers}
    if ask.body.number is not None:
        number = normal(ask, ask.body.number, "number")
        if number in own:
            fault = "it is the company's own: every call that came over it would be erased"
            raise InvalidError("the number is the company's own", faults=[{"field": "number", "message": fault}])
        return [number]
    async with ask.office.database.session() as session:
        if await session.get(Contact, ask.body.contact_id) is None:
            raise MissingError("there is no such contact")
        found = await session.scalars(
            select(ContactNumber.number).where(ContactNumber.contact_id == ask.body.contact_id)
        )
        return [number for number in found if number not in own]


def _recordings(ask: Ask, numbers: list[str]) -> ColumnElement[bool]:
    of_them: Any = or_(Call.caller_number.in_(numbers), Call.dialled.in_(numbers))
    if ask.body.contact_id is not None:
        of_them = or_(of_them, Call.contact_id == ask.body.contact_id)
    return Recording.call_id.in_(select(Call.id).where(of_them)) & (Recording.state != DELETED)


def _voicemails(ask: Ask, numbers: list[str]) -> ColumnElement[bool]:
    return Voicemail.caller_number.in_(numbers if ask.body.voicemails else []) & (Voicemail.state != DELETED)


async def erase(ask: Ask) -> Erased:
    """Everything at once up to MAX_AT_ONCE of each; each batch is a transaction of its own."""
    office = ask.office
    numbers = await _numbers(ask)
    wanted, messages = _recordings(ask, numbers), _voicemails(ask, numbers)
    because = ask.body.contact_id or numbers[0]

    async def count(condition: ColumnElement[bool], table: type[Recording | Voicemail]) -> int:
        async with office.database.session() as session:
            return await session.scalar(select(func.count()).select_from(table).where(condition)) or 0

    async def erase_all(condition: ColumnElement[bool], table: type[Recording | Voicemail], erase: Erase) -> int:
        erased = 0
        while erased < MAX_AT_ONCE:
            async with office.database.session() as session:
                ids = list(await session.scalars(select(table.id).where(condition).limit(BATCH)))
            if not ids:
                break
            by, now = ask.viewer.login, office.now()
            erased += await erase(office.database, office.archive, ids, by=by, because=because, now=now)
        return erased

    free = wanted & Recording.held_at.is_(None)
    held = await count(wanted & Recording.held_at.is_not(None), Recording)
    if ask.body.preview:
        found = await count(free, Recording), await count(messages, Voicemail)
        return Erased(recordings=found[0], voicemails=found[1], held=held, left=0)
    async with office.database.session() as session:
        boxes = list(await session.scalars(select(Voicemail.box).where(messages).distinct()))
    recordings = await erase_all(free, Recording, erase_recordings)
    voicemails = await erase_all(messages, Voicemail, erase_voicemails)
    left = await count(free, Recording) + await count(messages, Voicemail)
    for box in boxes:
        await office.mailbox_changed(box)
    return Erased(recordings=recordings, voicemails=voicemails, held=held, left=left)


async def hold(ask: Ask) -> RecordingShown:
    """While it is held, neither the policy nor anybody erases it."""
    row = await the_recording(ask)
    office, login = ask.office, ask.viewer.login
    async with office.database.transaction() as session:
        kept = await session.get(Recording, row.id)
        if kept is None or kept.state == DELETED:
            raise MissingError("there is no such recording")
        if ask.body.on != (kept.held_at is not None):
            kept.held_at, kept.held_by = (office.now(), login) if ask.body.on else (None, None)
            action: Action = "held" if ask.body.on else "released"
            detail = {"note": ask.body.note} if ask.body.note else {}
            note(session, action, "recording", row.id, by=login, now=office.now(), detail=detail)
        shown = document_of(kept)
    return RecordingShown.model_validate(shown)


OPERATIONS = (
    Operation(
        "recordings.erase",
        "POST",
        "/recordings/erase",
        "Erase all that was recorded of somebody, for good",
        erase,
        Erased,
        body=ToErase,
        errors=(404,),
    ),
    Operation(
        "recordings.hold",
        "PUT",
        "/recordings/{id}/hold",
        "Hold a recording, so that nothing erases it",
        hold,
        RecordingShown,
        body=HoldRecording,
    ),
)
