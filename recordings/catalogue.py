"""What there is to listen to: the projection of recording and message events, and the queries on it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from recordings.tables import DELETED, FINISHING, GONE, RECORDING, Recording, Voicemail
from store.batch_rows import BatchRows
from store.event_log import seconds

STEREO = 2


class Catalogue:
    """Projection of ``recording.*`` and ``voicemail.recorded``.

    Rows also hold what became of the files, which no event could tell again, so a rebuild completes them and empties
    nothing; every step is idempotent and none takes a finished recording back.
    """

    name = "recordings"
    types = frozenset(
        {"recording.started", "recording.paused", "recording.resumed", "recording.finished", "voicemail.recorded"}
    )

    async def apply(self, session: AsyncSession, event: dict[str, Any]) -> None:
        """Take one event into the catalogue."""
        if event["type"] == "voicemail.recorded":
            await _take_message(session, event)
            return
        rows = BatchRows.of(session)
        row = await _recording_of(rows, event)
        match event["type"]:
            case "recording.started" if row is None:
                rows.add(_recording(event))
            case "recording.paused" if row is not None:
                row.pauses = _paused(row.pauses, seconds(event["at"]), event.get("by"))
            case "recording.resumed" if row is not None:
                row.pauses = _resumed(row.pauses, seconds(event["at"]))
            case "recording.finished":
                if row is None:
                    row = rows.add(_recording(event, duration_s=event["duration_s"]))
                if row.state == RECORDING:
                    row.state = FINISHING
                    row.spool = event["path"]
                    row.duration_s = event["duration_s"]
                    row.missing = event["missing"]

    async def reset(self, session: AsyncSession) -> None:
        """Forget only pauses: they are all that the events alone decide."""
        for row in await session.scalars(select(Recording)):
            row.pauses = []


async def _recording_of(rows: BatchRows, event: dict[str, Any]) -> Recording | None:
    recordings = await rows.of_call(Recording, event["call_id"])
    return next((row for row in recordings if row.id == event["recording_id"]), None)


def _recording(event: dict[str, Any], duration_s: float = 0.0) -> Recording:
    return Recording(
        id=event["recording_id"],
        call_id=event["call_id"],
        spool=event["path"],
        state=RECORDING,
        channels=STEREO if event.get("room") is None else 1,
        room=event.get("room"),
        started_at=seconds(event["at"]) - duration_s,
        missing=[],
        pauses=[],
        rule=event.get("rule"),
        keep_days=event.get("keep_days"),
    )


def _paused(pauses: list[Any], at: float, by: str | None) -> list[Any]:
    if pauses and (pauses[-1]["to"] is None or pauses[-1]["from"] >= at):
        return pauses
    return [*pauses, {"from": at, "to": None, "by": by}]


def _resumed(pauses: list[Any], at: float) -> list[Any]:
    if not pauses or pauses[-1]["to"] is not None:
        return pauses
    return [*pauses[:-1], {**pauses[-1], "to": at}]


async def _take_message(session: AsyncSession, event: dict[str, Any]) -> None:
    rows = BatchRows.of(session)
    row = await rows.get(Voicemail, event["voicemail_id"])
    if row is not None and row.call_id is None and row.state != DELETED:
        # Adopted as an orphan before this event came: now it is known whose it is.
        row.call_id, row.box, row.caller_number = event["call_id"], event["box"], event["caller_number"]
    elif row is None:
        rows.add(
            Voicemail(
                id=event["voicemail_id"],
                box=event["box"],
                call_id=event["call_id"],
                caller_number=event["caller_number"],
                spool=event["path"],
                state=FINISHING,
                received_at=seconds(event["at"]),
                duration_s=event["duration_s"],
                is_read=False,
            ),
            key=event["voicemail_id"],
        )


async def recording(session: AsyncSession, recording_id: str) -> Recording | None:
    """A recording that has not been deleted."""
    row = await session.get(Recording, recording_id)
    return None if row is None or row.state == DELETED else row


async def voicemail(session: AsyncSession, voicemail_id: str) -> Voicemail | None:
    """A message that has not been removed."""
    row = await session.get(Voicemail, voicemail_id)
    return None if row is None or row.state in GONE else row


async def page_of_voicemails(
    session: AsyncSession,
    boxes: list[str] | None,
    limit: int,
    before: tuple[float, str] | None = None,
    is_read: bool | None = None,
) -> list[Voicemail]:
    """Messages in ``boxes`` (None: all), newest first, behind ``before`` (``received_at`` and ``id``).

    ``is_read``: only those that have been heard, or have not; None: both.
    """
    query = select(Voicemail).where(Voicemail.state.not_in(GONE))
    if boxes is not None:
        query = query.where(Voicemail.box.in_(boxes))
    if is_read is not None:
        query = query.where(Voicemail.is_read.is_(is_read))
    if before is not None:
        at, id_ = before
        older = and_(Voicemail.received_at == at, Voicemail.id < id_)
        query = query.where(or_(Voicemail.received_at < at, older))
    query = query.order_by(Voicemail.received_at.desc(), Voicemail.id.desc()).limit(limit)
    return list(await session.scalars(query))


async def mark_read(session: AsyncSession, voicemail_id: str, on: bool, now: float) -> bool:
    """Mark a message read or unread (within a ``transaction``); whether there is such a message."""
    row = await voicemail(session, voicemail_id)
    if row is None:
        return False
    row.is_read, row.read_at = on, now if on else None
    return True


async def forget_deleted(session: AsyncSession, before: float) -> None:
    """Remove the rows of what was deleted before ``before``.

    They say nothing but that there is nothing: so long as there are events that would bring a recording back in a
    rebuild, its row is to stay.
    """
    for table in (Recording, Voicemail):
        await session.execute(delete(table).where(table.state == DELETED, table.deleted_at < before))
