"""Recordings of calls: what there is, the sound, and its deletion."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field
from sqlalchemy import exists, select

from crm_bridge.tables import CallParticipant
from recordings.archive import delete_recording
from recordings.tables import DELETED
from recordings.tables import Recording as RecordingRow
from web.api.errors import ConflictError, MissingError
from web.api.model import Id, Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.paging import Paged, page_by_time
from web.api.resources.audio import OGG, WAV, audio, complete

Span = Annotated[list[float], Field(min_length=2, max_length=2)]


class Pause(Shown):
    """The recording was paused; ``to`` null while it is."""

    from_: Annotated[ShownTime, Field(alias="from")]
    to: ShownTime | None
    by: str | None = None


class Recording(Shown):
    """Left channel the outside party, right ours; mono, with the ``room``'s name, for a conference.

    ``missing``: seconds from, to that could not be written. ``rule``: the title of the company's rule that wanted it;
    null: no rule speaks of the call. ``held_at``: since when nothing erases it, ``held_by`` whose doing that is.
    """

    id: str
    call_id: str | None
    state: Literal["recording", "finishing", "ready", "failed"]
    channels: int
    room: str | None
    started_at: ShownTime
    duration_s: float | None
    size: int | None
    missing: list[Span]
    pauses: list[Pause]
    rule: str | None
    held_at: ShownTime | None
    held_by: str | None


class Recordings(Shown):
    items: list[Recording]
    next_cursor: str | None


class RecordingsAsked(Paged):
    call_id: Id | None = None
    held: bool | None = None


def _visible(ask: Ask) -> Any:
    """Recordings that this person may hear: of calls that the person was connected to, or all."""
    query: Any = select(RecordingRow).where(RecordingRow.state != DELETED)
    if ask.logins is not None:
        took_part = exists().where(
            CallParticipant.call_id == RecordingRow.call_id,
            CallParticipant.login.in_(ask.logins),
            CallParticipant.part == "connected",
        )
        query = query.where(took_part)
    return query


def document_of(row: RecordingRow) -> dict[str, Any]:
    """A recording as it is shown."""
    return {name: getattr(row, name) for name in Recording.model_fields}


async def the_recording(ask: Ask) -> RecordingRow:
    """The recording of the path, if this person may hear it. Raises MissingError."""
    async with ask.office.database.session() as session:
        row: RecordingRow | None = await session.scalar(_visible(ask).where(RecordingRow.id == ask.path("id")))
    if row is None:
        raise MissingError("there is no such recording")
    return row


async def list_recordings(ask: Ask) -> Recordings:
    query = _visible(ask)
    if ask.query.call_id is not None:
        query = query.where(RecordingRow.call_id == ask.query.call_id)
    if ask.query.held is not None:
        query = query.where(RecordingRow.held_at.is_not(None) if ask.query.held else RecordingRow.held_at.is_(None))
    async with ask.office.database.session() as session:
        rows, cursor = await page_by_time(session, query, RecordingRow.started_at, RecordingRow.id, ask.query)
    return Recordings.model_validate({"items": [document_of(row) for (row,) in rows], "next_cursor": cursor})


async def read(ask: Ask) -> Recording:
    return Recording.model_validate(document_of(await the_recording(ask)))


async def sound(ask: Ask) -> web.StreamResponse:
    return await audio(ask, await complete(lambda: the_recording(ask)))


async def remove(ask: Ask) -> None:
    row = await the_recording(ask)
    office = ask.office
    if row.held_at is not None:
        raise ConflictError("the recording is held: nothing erases it until somebody releases it")
    await delete_recording(office.database, office.archive, row.id, by=ask.viewer.login, now=office.now())


OPERATIONS = (
    Operation(
        "recordings.list", "GET", "/recordings", "Recordings", list_recordings, Recordings, query=RecordingsAsked
    ),
    Operation("recordings.read", "GET", "/recordings/{id}", "One recording", read, Recording),
    Operation(
        "recordings.audio",
        "GET",
        "/recordings/{id}/audio",
        "The sound of a recording",
        sound,
        media=(WAV, OGG),
        errors=(406, 409, 503),
        has_ranges=True,
    ),
    Operation("recordings.delete", "DELETE", "/recordings/{id}", "Delete a recording for good", remove, errors=(409,)),
)
