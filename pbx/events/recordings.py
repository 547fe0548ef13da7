"""Recordings and messages, as they are made."""

from __future__ import annotations

from dataclasses import dataclass

from pbx.events.event import Body, named


@named("recording.started")
@dataclass(frozen=True, slots=True)
class RecordingStarted(Body):
    """Spool ``path``: raw 16-bit little-endian stereo at 8 kHz, left the outside party, right ours.

    ``room``: the name of the conference room whose mix it is, in mono; null for a call. ``rule``: the title of the
    company's rule that wants it, null where no rule speaks of the call; ``keep_days``: for how long, where that rule
    says so. ``by``: who has switched it on.
    """

    recording_id: str
    path: str
    room: str | None = None
    rule: str | None = None
    keep_days: int | None = None
    by: str | None = None


@named("recording.skipped")
@dataclass(frozen=True, slots=True)
class RecordingSkipped(Body):
    """Those who talk from now on are not recorded: by the rule of this title, or null because no rule wants it.

    ``cause``: ``no_notice`` where it was wanted, but those who talk were to be told and the notice could not be spoken.
    """

    rule: str | None
    cause: str | None = None


@named("recording.paused")
@dataclass(frozen=True, slots=True)
class RecordingPaused(Body):
    """``cause``: ``asked`` for (by whom), ``digits`` are typed, or ``waiting`` for somebody to go on talking with."""

    recording_id: str
    by: str | None
    cause: str = "asked"


@named("recording.resumed")
@dataclass(frozen=True, slots=True)
class RecordingResumed(Body):
    """``cause``: of the pause that is over; ``by`` null: it has ended by itself."""

    recording_id: str
    by: str | None
    cause: str = "asked"


@named("recording.finished")
@dataclass(frozen=True, slots=True)
class RecordingFinished(Body):
    """The spool is complete. ``missing``: [from_s, to_s] spans that could not be written."""

    recording_id: str
    path: str
    duration_s: float
    missing: list[list[float]]


@named("voicemail.recorded")
@dataclass(frozen=True, slots=True)
class VoicemailRecorded(Body):
    """A message of at least one second was left; ``path``: raw 16-bit mono at 8 kHz."""

    voicemail_id: str
    box: str
    caller_number: str | None
    path: str
    duration_s: float
