"""Recordings of calls and messages in voicemail boxes."""

from __future__ import annotations

from sqlalchemy import Boolean, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, EpochSeconds, IdKey, JsonArray

RECORDING, FINISHING, READY, FAILED, DELETED = "recording", "finishing", "ready", "failed", "deleted"
REMOVED = "removed"
GONE = (REMOVED, DELETED)


class Recording(Base):
    """A call's recording. ``path`` is relative to the recordings folder; ``missing`` and ``pauses``: spans.

    ``room``: of which conference room it is the mix; null for a call's own.
    ``state``: ``recording`` (the spool grows), ``finishing`` (the spool is complete), ``ready`` (the file is there),
    ``failed`` (there was no spool), ``deleted``. ``rule``: the title of the company's rule that wanted it, and
    ``keep_days`` for how long that rule wanted it kept. While it is held, nothing erases it.
    """

    __tablename__ = "recording"
    __table_args__ = (
        Index("ix_recording_call_id", "call_id"),
        Index("ix_recording_state", "state", "started_at"),
    )

    id: Mapped[IdKey]
    call_id: Mapped[str | None] = mapped_column(String(36))
    spool: Mapped[str]
    path: Mapped[str | None]
    state: Mapped[str] = mapped_column(String(16))
    channels: Mapped[int]
    room: Mapped[str | None]
    started_at: Mapped[EpochSeconds]
    duration_s: Mapped[float | None]
    size: Mapped[int | None]
    missing: Mapped[JsonArray]
    pauses: Mapped[JsonArray]
    rule: Mapped[str | None] = mapped_column(String(100))
    keep_days: Mapped[int | None]
    held_at: Mapped[float | None]
    held_by: Mapped[str | None] = mapped_column(String(64))
    deleted_at: Mapped[float | None]
    deleted_by: Mapped[str | None] = mapped_column(String(64))


class Voicemail(Base):
    """A message in a box. ``path`` is relative to the voicemail folder.

    ``state`` as for Recording, or ``removed`` (at ``deleted_at``): hidden from everybody, and it can still come back.
    """

    __tablename__ = "voicemail"
    __table_args__ = (
        Index("ix_voicemail_box_received_at", "box", "received_at", "id"),
        Index("ix_voicemail_state", "state", "received_at"),
        Index("ix_voicemail_received_at", "received_at", "id"),
        Index("ix_voicemail_call_id", "call_id"),
    )

    id: Mapped[IdKey]
    box: Mapped[str] = mapped_column(String(16))
    call_id: Mapped[str | None] = mapped_column(String(36))
    caller_number: Mapped[str | None] = mapped_column(String(32))
    spool: Mapped[str]
    path: Mapped[str | None]
    state: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[EpochSeconds]
    duration_s: Mapped[float]
    size: Mapped[int | None]
    is_read: Mapped[bool] = mapped_column(Boolean)
    read_at: Mapped[float | None]
    mailed_at: Mapped[float | None]
    transcript: Mapped[str | None]
    transcribed_at: Mapped[float | None]
    deleted_at: Mapped[float | None]
    deleted_by: Mapped[str | None] = mapped_column(String(64))
